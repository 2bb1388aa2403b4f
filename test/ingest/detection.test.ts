import { describe, expect, it } from 'vitest'
import { durationUs, SECOND } from '../../src/domain/time.ts'
import { loadCheckpoint } from '../../src/ingest/checkpoint.ts'
import { startDetection } from '../../src/ingest/detection.ts'
import { north, south } from '../support/database.ts'
import { openField, said, second, startLamps, wholeLog } from './field.ts'
import { darkLamp, guard, raised, say } from './guard.ts'
import { until } from '../support/until.ts'

const seconds = (count: number) => durationUs(count * SECOND)

describe('the detector behind the log', () => {
  it('carries what it says to the alarms, once and in order', async () => {
    await using field = await openField()
    await darkLamp(field)
    await say(field, 90, 60)
    await using one = await guard(field)
    await one.consumer.settled()
    await one.consumer.settled()
    expect(one.taken).toEqual([raised, 'dark lamp-1 cleared 90'])
  })

  it('knows the facts of the rules in force', async () => {
    await using field = await openField()
    await darkLamp(field)
    const classes: unknown[] = []
    const consumer = startDetection({
      ...field,
      start: await loadCheckpoint(field.database, field.configurations, field.log),
      checkSuspend: () => Promise.resolve(),
      alarms: {
        take: (_organisation, transitions, facts) => {
          for (const { key } of transitions) classes.push(facts(key.rule)?.faultClass)
          return Promise.resolve()
        },
      },
    })
    await using _ = consumer
    await consumer.settled()
    expect(classes).toEqual(['light_out'])
  })

  it('says again what the alarms could not take, without looking at the readings twice', async () => {
    await using field = await openField()
    await darkLamp(field)
    let refusals = 2
    await using one = await guard(field, () => {
      refusals -= 1
      return refusals < 0 ? Promise.resolve() : Promise.reject(new Error('away'))
    })
    for (const pause of [0.1, 0.2]) {
      await until(() => field.clock.pending() >= 1)
      expect(one.taken).toEqual([])
      await until(() => field.logged.length === (pause === 0.1 ? 1 : 2))
      field.clock.advance(seconds(pause))
    }
    await one.consumer.settled()
    expect(one.taken).toEqual([raised])
    expect(field.logged).toMatchObject([
      { msg: 'alarms wait for the database', err: { message: 'away' } },
      { msg: 'alarms wait for the database' },
    ])
    // Stepped twice, the detector would have taken these for a reading it knows, or raised anew.
    await say(field, 90, 60)
    await one.consumer.settled()
    expect(one.taken).toEqual([raised, 'dark lamp-1 cleared 90'])
  })

  it('tries a batch again that it could not understand, and has not moved by it', async () => {
    await using field = await openField()
    await darkLamp(field)
    let away = true
    const configurations = {
      ...field.configurations,
      at: (organisation: typeof north, version: number) =>
        away
          ? Promise.reject(new Error('away'))
          : field.configurations.at(organisation, version),
    }
    await using one = await guard({ ...field, configurations })
    await until(() => one.consumer.failure() === 'away')
    expect(one.consumer.position()).toBeUndefined()
    away = false
    await until(() => field.clock.pending() === 1)
    field.clock.advance(seconds(0.1))
    await one.consumer.settled()
    expect(one.taken).toEqual([raised])
  })

  it('wakes itself with a record in the log, after it has looked for a suspend', async () => {
    await using field = await openField()
    await startLamps(field, north)
    await say(field, 0, 60)
    await say(field, 10, 1)
    await using one = await guard(field)
    await one.consumer.settled()
    field.clock.advance(seconds(69))
    await one.consumer.settled()
    expect(one.taken).toEqual([])
    field.clock.advance(seconds(1))
    await until(() => one.taken.length > 0)
    expect(one.taken).toEqual([raised])
    const last = (await wholeLog(field.log)).at(-1)
    expect(last?.record).toEqual({
      kind: 'control',
      control: 'timer',
      organisation: north,
      ingest: second(70),
    })
    expect(one.suspends.checked).toBe(1)
  })

  it('keeps organisations apart', async () => {
    await using field = await openField()
    await darkLamp(field)
    await startLamps(field, south, { scale: 10 })
    for (const at of [0, 10, 80]) {
      await field.log.append(said({ at, power: 1, organisation: south }))
    }
    await using one = await guard(field)
    await one.consumer.settled()
    expect(one.taken).toEqual([raised])
  })
})
