import { describe, expect, it } from 'vitest'
import { durationUs, MINUTE } from '../../src/domain/time.ts'
import { activateWaiting } from '../../src/ingest/activation.ts'
import { adopt, planAdoption } from '../../src/ingest/adopt.ts'
import { createDecodedLog } from '../../src/ingest/decoded-log.ts'
import type { ReadingLog } from '../../src/ingest/reading-log.ts'
import { north, south } from '../support/database.ts'
import { refusalOf } from '../support/problems.ts'
import { detectAll, openStore, partsOf, say } from './adopting.ts'
import {
  applyLamps,
  elsewhere,
  openField,
  openLogIn,
  said,
  second,
  startLamps,
  wholeLog,
  type Field,
} from './field.ts'

/** What the log is decoded with, record by record. */
async function powersIn(field: Field, log: ReadingLog): Promise<readonly unknown[]> {
  const entries = await createDecodedLog(log, field.configurations)
    .reader()
    .read({ limit: 99 })
  return entries.flatMap((entry) =>
    entry.kind === 'readings' ? entry.readings.map(({ value }) => value) : [],
  )
}

describe('adopting a reading log', () => {
  it('has nothing to do where everybody follows it', async () => {
    await using field = await openField()
    await startLamps(field, north)
    await say(field.log, 1, 2)
    await detectAll(field, field.log)
    const store = openStore()
    await store.write([], (await wholeLog(field.log)).at(-1)?.position ?? elsewhere({}))
    const parts = partsOf(field, field.log, store)
    expect(await adopt(parts)).toMatchObject({
      needed: false,
      oldest: second(0),
      detector: { state: 'follows' },
      history: { state: 'follows' },
      organisations: [{ organisation: north, current: 1, append: false, places: [] }],
    })
    expect(parts.audited).toEqual([])
    expect(await wholeLog(field.log)).toHaveLength(3)
  })

  it('reads another log on from where the knowledge of the detector ends', async () => {
    await using field = await openField()
    await startLamps(field, north)
    await say(field.log, 10)
    await detectAll(field, field.log)
    const savedAt = field.clock.now()
    // Another log, with messages of before and after that, and nothing of what is in force.
    await using other = await openLogIn(field.folder, 'other')
    for (const at of [-120, -60, 60, 130]) {
      await other.append(said({ at, power: at < 0 ? 50 : 1, organisation: north }))
    }
    const store = openStore()
    await store.write([], elsewhere({ sequence: 7 }))
    const parts = partsOf(field, other, store)
    const plan = await planAdoption(parts)
    expect(plan).toMatchObject({
      needed: true,
      detector: { state: 'foreign', savedAt },
      history: { state: 'foreign', cursor: { sequence: 7 } },
      organisations: [{ organisation: north, current: 1, append: true }],
    })
    expect(await wholeLog(other)).toHaveLength(4)
    await adopt(parts)
    expect(parts.audited).toEqual([`north ${other.epoch}`])
    expect(await store.cursor()).toBeUndefined()
    expect(await planAdoption(parts)).toMatchObject({ needed: false })
    expect((await wholeLog(other)).at(-1)?.record).toMatchObject({
      control: 'activation',
      version: 1,
    })
    // Dark below 5 W for a minute: only what came after its knowledge is evaluated.
    expect(await detectAll(field, other)).toEqual(['lamp-1 raised 120'])
  })

  it('understands another log with what was in force when its messages were heard', async () => {
    await using field = await openField()
    for (const scale of [1, 10, 100]) {
      await applyLamps(field, north, { scale })
      await activateWaiting(field, north)
      await say(field.log, 1)
      field.clock.advance(durationUs(30 * MINUTE))
    }
    await applyLamps(field, south)
    await activateWaiting(field, south)
    await detectAll(field, field.log)
    // A copy from somewhere else: it begins in the second version and brings the third.
    await using other = await openLogIn(field.folder, 'other')
    await say(other, 35 * 60, 45 * 60)
    await other.append({
      kind: 'control',
      control: 'activation',
      organisation: north,
      ingest: second(60 * 60),
      version: 3,
    })
    await say(other, 65 * 60)
    const parts = partsOf(field, other, openStore())
    await adopt(parts)
    expect(await powersIn(field, other)).toEqual([21_000, 27_000, 390_000])
    expect(parts.audited).toEqual([`north ${other.epoch}`, `south ${other.epoch}`])
    const appended = (await wholeLog(other)).slice(4).map(({ record }) => record)
    expect(appended).toMatchObject([{ organisation: south, version: 1 }])
    expect(await planAdoption(parts)).toMatchObject({ needed: false })
  })

  it('can be done again after a crash at any place, and adds nothing twice', async () => {
    await using field = await openField()
    await startLamps(field, north)
    await startLamps(field, south)
    await say(field.log, 1)
    await detectAll(field, field.log)
    await using other = await openLogIn(field.folder, 'other')
    const store = openStore()
    await store.write([], elsewhere({}))
    const parts = partsOf(field, other, store)
    const crash = new Error('killed')
    let notes = 0
    const noted = async (): Promise<void> => {
      notes += 1
      if (notes === 2) throw crash
    }
    await expect(adopt({ ...parts, noted })).rejects.toThrow(crash)
    const dying = {
      ...store,
      adopt: () => Promise.reject(crash),
      cursor: () => store.cursor(),
    }
    await expect(adopt({ ...parts, store: dying })).rejects.toThrow(crash)
    await adopt(parts)
    expect(await planAdoption(parts)).toMatchObject({
      needed: false,
      detector: { state: 'follows' },
      history: { state: 'new' },
    })
    expect((await wholeLog(other)).map(({ record }) => record.organisation)).toEqual([
      north,
      south,
    ])
    expect(await detectAll(field, other)).toEqual([])
  })
})

it('refuses a log that was written with a newer configuration than the database has', async () => {
  await using field = await openField()
  await startLamps(field, north)
  await using other = await openLogIn(field.folder, 'other')
  await other.append({
    kind: 'control',
    control: 'activation',
    organisation: north,
    ingest: second(0),
    version: 9,
  })
  expect(await refusalOf(adopt(partsOf(field, other, openStore())))).toMatchObject({
    kind: 'conflict',
    where: 'version 9 of north; the database knows versions up to 1',
  })
})
