import { describe, expect, it, vi } from 'vitest'
import type { Position } from '../../src/domain/position.ts'
import { positionText } from '../../src/domain/position.ts'
import { durationUs, MINUTE, SECOND } from '../../src/domain/time.ts'
import type { DetectorTransition } from '../../src/domain/transition.ts'
import type { Consumer } from '../../src/ingest/consumer.ts'
import { startDetection } from '../../src/ingest/detection.ts'
import { north, south } from '../support/database.ts'
import { refusalOf } from '../support/problems.ts'
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

const seconds = (count: number) => durationUs(count * SECOND)

interface Guard {
  readonly consumer: Consumer
  /** What reached the alarms, as `dark lamp-1 raised 61`. */
  readonly taken: string[]
  readonly suspends: { checked: number }
}

/** Starts the detector; `take` may refuse what it says. */
async function guard(
  field: Field,
  take: (said: readonly string[]) => Promise<void> = () => Promise.resolve(),
): Promise<Guard & AsyncDisposable> {
  const taken: string[] = []
  const suspends = { checked: 0 }
  const consumer = await startDetection({
    ...field,
    checkSuspend: () => {
      suspends.checked += 1
      return Promise.resolve()
    },
    alarms: {
      take: async (_organisation, transitions) => {
        const said = transitions.map(shortOf)
        await take(said)
        taken.push(...said)
      },
    },
  })
  return {
    consumer,
    taken,
    suspends,
    [Symbol.asyncDispose]: () => consumer[Symbol.asyncDispose](),
  }
}

function shortOf({ key, event, at }: DetectorTransition): string {
  const seconds = (at - second(0)) / SECOND
  return `${key.rule.split('/').at(-1)} ${key.asset} ${event} ${seconds}`
}

async function say(field: Field, at: number, power: number, device = 'lamp-1') {
  await field.log.append(said({ at, power, device, organisation: north }))
}

async function checkpoint({ database }: Field) {
  const { query } = database.installation
  const row = await query.selectFrom('checkpoint').selectAll().executeTakeFirst()
  const states = await query.selectFrom('detector_state').selectAll().execute()
  if (row === undefined) return undefined
  const position = JSON.parse(row.position) as Position
  return { at: positionText(position), saved: row.saved_at, states }
}

/** A lamp is dark for longer than its rule allows. */
async function darkLamp(field: Field): Promise<void> {
  await startLamps(field, north)
  await say(field, 0, 60)
  await say(field, 10, 1)
  await say(field, 80, 1)
}

const raised = 'dark lamp-1 raised 70'

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
    const consumer = await startDetection({
      ...field,
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
      await vi.waitUntil(() => field.clock.pending() >= 1, { interval: 1 })
      expect(one.taken).toEqual([])
      await vi.waitUntil(() => field.logged.length === (pause === 0.1 ? 1 : 2), {
        interval: 1,
      })
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
    await vi.waitUntil(() => one.consumer.failure() === 'away', { interval: 1 })
    expect(one.consumer.position()).toBeUndefined()
    away = false
    await vi.waitUntil(() => field.clock.pending() === 1, { interval: 1 })
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
    await vi.waitUntil(() => one.taken.length > 0, { interval: 1 })
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
    await vi.waitUntil(() => field.logged.length > 0, { interval: 1 })
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
    await vi.waitUntil(() => field.logged.length === 1, { interval: 1 })
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
    await (await guard(field))[Symbol.asyncDispose]()
    await using other = await openLogIn(`${field.folder}/..`, 'other')
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
    await (await guard(field))[Symbol.asyncDispose]()
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
    await (await guard(field))[Symbol.asyncDispose]()
    await applyLamps(field, north, { scale: 100 })
    await using again = await guard(field)
    await say(field, 90, 1)
    await again.consumer.settled()
    expect(again.taken).toEqual([])
  })
})
