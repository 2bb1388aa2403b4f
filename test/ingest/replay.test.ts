import { describe, expect, it } from 'vitest'
import { activateWaiting } from '../../src/ingest/activation.ts'
import { listQuarantine } from '../../src/ingest/quarantine.ts'
import { replayPart } from '../../src/ingest/replay.ts'
import { north, south } from '../support/database.ts'
import { refusalOf } from '../support/problems.ts'
import { applyLamps, said, saidRaw, second, startLamps } from './field.ts'
import { problem } from './memory-store.ts'
import { mend, openWorks } from './replay-works.ts'

describe('understanding the past anew', () => {
  it('replaces what a mended device type understands otherwise, and nothing else', async () => {
    await using works = await openWorks()
    const { field } = works
    await startLamps(field, north)
    await startLamps(field, south)
    for (const at of [10, 20, 30]) {
      await field.log.append(said({ at, power: at, organisation: north }))
      await field.log.append(said({ at, power: at, organisation: south }))
    }
    await mend(field, 10)
    await field.log.append(said({ at: 40, power: 40, organisation: north }))
    await works.caughtUp()
    expect(await works.history()).toEqual([
      [10, 10],
      [20, 20],
      [30, 30],
      [40, 400],
    ])
    const cursor = await works.store.cursor()

    const done = await works.replay({ organisation: north, since: second(20) })
    expect(done).toMatchObject({
      envelopes: 3,
      decoded: 3,
      stillBad: 0,
      readings: 3,
      quarantined: 0,
      reachesBackTo: undefined,
    })
    expect(await works.history()).toEqual([
      [10, 10],
      [20, 200],
      [30, 300],
      [40, 400],
    ])
    expect(await works.store.cursor()).toEqual(cursor)
    expect(await works.replay()).toMatchObject({ envelopes: 7, readings: 7 })
    expect(await works.history()).toEqual([
      [10, 100],
      [20, 200],
      [30, 300],
      [40, 400],
    ])
  })

  it('puts readings where they belong that could only be kept where they were heard', async () => {
    await using works = await openWorks()
    const { field } = works
    await startLamps(field, north)
    // The message is fine, but the point was not found under this path.
    await applyLamps(field, north, { path: '$.nowhere' })
    await activateWaiting(field, north)
    for (const at of [10, 20]) {
      await field.log.append(said({ at, heard: at + 3, power: at, organisation: north }))
    }
    await field.log.append(
      saidRaw('not JSON', { heard: 25, organisation: north, device: 'lamp-1' }),
    )
    await works.caughtUp()
    expect(await works.history()).toEqual([
      [10, null],
      [20, null],
      [25, null],
    ])
    await mend(field, 1)
    await works.caughtUp()
    expect(await works.replay()).toMatchObject({ envelopes: 3, decoded: 2, stillBad: 1 })
    expect(await works.history()).toEqual([
      [10, 10],
      [20, 20],
      [25, null],
    ])
  })

  it('leaves no gap at the time of hearing when the time itself is mended', async () => {
    await using works = await openWorks()
    const { field } = works
    await applyLamps(field, north, { time: '$.when' })
    await activateWaiting(field, north)
    for (const at of [10, 20]) {
      await field.log.append(said({ at, heard: at + 3, power: at, organisation: north }))
    }
    await works.caughtUp()
    expect(await works.history()).toEqual([
      [13, 10],
      [23, 20],
    ])
    await mend(field, 1)
    await works.caughtUp()
    await works.replay()
    await works.replay()
    expect(await works.history()).toEqual([
      [10, 10],
      [20, 20],
    ])
  })

  it('only counts on a dry run', async () => {
    await using works = await openWorks()
    const { field } = works
    await startLamps(field, north)
    await field.log.append(said({ at: 10, power: 10, organisation: north }))
    await mend(field, 10)
    await works.caughtUp()
    expect(await works.replay({ dryRun: true })).toMatchObject({
      envelopes: 1,
      readings: 1,
    })
    expect(await works.history()).toEqual([[10, 10]])
  })

  it('goes through a long log part by part, up to the time it is asked for', async () => {
    await using works = await openWorks()
    const { field } = works
    await startLamps(field, north)
    const count = 12_500
    await Promise.all(
      Array.from({ length: count }, (_, n) =>
        field.log.append(
          said({
            at: n,
            power: n % 100,
            device: `lamp-${1 + (n % 2)}`,
            organisation: north,
          }),
        ),
      ),
    )
    await mend(field, 10)
    await works.caughtUp()
    const all = await works.replay()
    expect(all).toMatchObject({ parts: 2, envelopes: count, readings: count })
    expect(all.records).toBeGreaterThanOrEqual(count)
    const some = await works.replay({
      since: second(3_000),
      until: second(4_000),
      dryRun: true,
    })
    expect(some).toMatchObject({ envelopes: 1_000, parts: 1 })
    expect(some.records).toBeLessThan(5_000)
  })

  it('says how far the log reaches when that is not far enough', async () => {
    await using works = await openWorks()
    const { field } = works
    await startLamps(field, north)
    await field.log.append(said({ at: 10, power: 10, organisation: north }))
    await works.caughtUp()
    const long = await works.replay({ since: second(-1_000_000) })
    expect(long).toMatchObject({ envelopes: 1, reachesBackTo: second(0) })
  })

  it('puts what the store refuses into quarantine', async () => {
    await using works = await openWorks((store) => ({
      ...store,
      cursor: () => store.cursor(),
      latest: (organisation) => store.latest(organisation),
      series: (request) => store.series(request),
      write: (records, to) => store.write(records, to),
      async rewrite(records) {
        if (records.some(({ readings }) => readings.some(({ value }) => value === 200)))
          throw problem('invalid')
        await store.rewrite(records)
      },
    }))
    const { field } = works
    await startLamps(field, north)
    for (const at of [10, 20, 30])
      await field.log.append(said({ at, power: at, organisation: north }))
    await mend(field, 10)
    await works.caughtUp()
    expect(await works.replay()).toMatchObject({
      envelopes: 3,
      readings: 2,
      quarantined: 1,
    })
    expect(await works.history()).toEqual([
      [10, 100],
      [20, 20],
      [30, 300],
    ])
    const { rows } = await listQuarantine(field.database, { limit: 10 })
    expect(rows).toMatchObject([
      { kind: 'reading', organisation: north, reading: { value: 200 } },
    ])
  })

  it('refuses a type that no device has, and to begin while history is away', async () => {
    await using works = await openWorks()
    const { field, store } = works
    await startLamps(field, north)
    await works.caughtUp()
    expect(await refusalOf(works.replay({ deviceType: 'acme/sls' }))).toMatchObject({
      kind: 'not_found',
      why: 'there are devices of acme/slc@1.0.0',
    })
    const parts = { ...field, store }
    const projector = { ...works.projector, failure: () => 'history waits' }
    const request = { deviceType: 'acme/slc@1.0.0', since: second(0), dryRun: false }
    expect(await refusalOf(replayPart({ ...parts, projector }, request))).toMatchObject({
      kind: 'unavailable',
      why: 'history waits',
    })
  })
})
