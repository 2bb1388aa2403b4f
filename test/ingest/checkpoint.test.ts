import { describe, expect, it } from 'vitest'
import { positionText, type Position } from '../../src/domain/position.ts'
import { durationUs, MINUTE, SECOND } from '../../src/domain/time.ts'
import { activateWaiting } from '../../src/ingest/activation.ts'
import { north } from '../support/database.ts'
import { refusalOf } from '../support/problems.ts'
import {
  applyLamps,
  elsewhere,
  openField,
  openLogIn,
  second,
  startLamps,
  type Field,
} from './field.ts'
import { darkLamp, guard, raised, readOnce, say } from './guard.ts'
import { until } from '../support/until.ts'

const seconds = (count: number) => durationUs(count * SECOND)

async function checkpoint({ database }: Field) {
  const { query } = database.installation
  const row = await query.selectFrom('checkpoint').selectAll().executeTakeFirst()
  const states = await query.selectFrom('detector_state').selectAll().execute()
  if (row === undefined) return undefined
  const position = JSON.parse(row.position) as Position
  return { at: positionText(position), saved: row.saved_at, states }
}

describe('the checkpoint of the detector', () => {
  it('is saved every 5 s with the place it belongs to, and when the service stops', async () => {
    await using field = await openField()
    await startLamps(field, north)
    const one = await guard(field)
    await say(field, 1, 60)
    await one.consumer.settled()
    expect(await checkpoint(field)).toBeUndefined()
    field.clock.advance(seconds(5))
    await say(field, 2, 60)
    await one.consumer.settled()
    const saved = await checkpoint(field)
    expect(saved).toMatchObject({
      at: positionText(field.log.head() ?? elsewhere({})),
      saved: second(5),
      states: [{ organisation: north, configuration_version: 1 }],
    })
    await say(field, 3, 60)
    await one.consumer.settled()
    expect(await checkpoint(field)).toEqual(saved)
    await one[Symbol.asyncDispose]()
    expect(await checkpoint(field)).toMatchObject({
      at: positionText(field.log.head() ?? elsewhere({})),
    })
  })

  it('is never ahead of what the alarms have taken, not even when it stops meanwhile', async () => {
    await using field = await openField()
    await startLamps(field, north)
    const away = await guard(field, () => Promise.reject(new Error('away')))
    await say(field, 0, 60)
    field.clock.advance(seconds(5))
    await say(field, 10, 1)
    await away.consumer.settled()
    const before = await checkpoint(field)
    field.clock.advance(seconds(5))
    await say(field, 80, 1)
    await until(() => field.logged.length > 0)
    field.clock.advance(MINUTE)
    await away[Symbol.asyncDispose]()
    expect(await checkpoint(field)).toEqual(before)

    await using again = await guard(field)
    await again.consumer.settled()
    expect(again.taken).toEqual([raised])
  })

  it('waits for the database, and meanwhile nothing else is read', async () => {
    await using field = await openField()
    await startLamps(field, north)
    await using one = await guard(field)
    await one.consumer.settled()
    await field.database.installation.write('normal', async (query) => {
      await query.schema.alterTable('checkpoint').renameTo('hidden').execute()
    })
    field.clock.advance(seconds(5))
    await say(field, 10, 60)
    await until(() => field.logged.length === 1)
    expect(field.logged).toMatchObject([{ msg: 'checkpoint waits' }])
    expect(one.consumer.atHead()).toBe(false)
    await field.database.installation.write('normal', async (query) => {
      await query.schema.alterTable('hidden').renameTo('checkpoint').execute()
    })
    field.clock.advance(seconds(0.1))
    await one.consumer.settled()
    expect(await checkpoint(field)).toMatchObject({
      at: positionText(field.log.head() ?? elsewhere({})),
    })
  })

  it('of another log is refused, with what to do about it', async () => {
    await using field = await openField()
    await darkLamp(field)
    await readOnce(field)
    await using other = await openLogIn(field.folder, 'other')
    const refusal = await refusalOf(guard({ ...field, log: other }))
    expect(refusal).toMatchObject({
      kind: 'conflict',
      what: 'the detector has read another reading log than the one that is here',
      where: expect.stringContaining(other.epoch),
      next: expect.stringContaining('backup'),
    })
    expect(field.clock.pending()).toBe(0)
  })

  it('of another engine is dropped, and the log is read anew', async () => {
    await using field = await openField()
    await darkLamp(field)
    await readOnce(field)
    await field.database.installation.write('normal', async (query) => {
      await query.updateTable('detector_state').set({ engine: 'older' }).execute()
    })
    await using again = await guard(field)
    await again.consumer.settled()
    expect(again.taken).toEqual([raised])
  })

  it('keeps the rules of its version, until the next activation is read', async () => {
    await using field = await openField()
    await darkLamp(field)
    await readOnce(field)
    // In the database for people at once; for the detector only from its record in the log.
    await applyLamps(field, north, { scale: 100 })
    await using again = await guard(field)
    await say(field, 90, 1)
    await again.consumer.settled()
    expect(again.taken).toEqual([])
    await activateWaiting(field, north)
    await say(field, 95, 1)
    await again.consumer.settled()
    expect(again.taken).toEqual(['dark lamp-1 cleared 95'])
  })
})
