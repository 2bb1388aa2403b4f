import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PointId } from '../../src/domain/ids.ts'
import type { Reading } from '../../src/domain/reading.ts'
import { durationUs, later, MINUTE, SECOND, timeUs, toIso } from '../../src/domain/time.ts'
import type { ReadingsOfRecord, ReadingStore } from '../../src/store/reading-store.ts'
import { openDuckdbStore } from '../../src/store/duckdb/open.ts'
import { openTestApi, pointOf, type TestApi } from '../support/api.ts'
import { north } from '../support/database.ts'
import { temporaryFolder } from '../support/temporary.ts'

let api: TestApi
let power: PointId

beforeEach(async () => {
  api = await openTestApi()
  power = await pointOf(api)
})
afterEach(() => api[Symbol.asyncDispose]())

function reading(point: PointId, value: number, minute: number): Reading {
  const at = later(timeUs(Date.UTC(2026, 10, 20, 12) * 1_000), durationUs(minute * MINUTE))
  return {
    ...({ point, value, quality: 'good', code: 'ok', flags: 0, typeVersion: 1 } as const),
    effective: at,
    ingest: at,
  }
}

/** A reading that is worth its minute, out of the message of that minute. */
function stored(point: PointId, minute: number): ReadingsOfRecord {
  const position = { epoch: 'test', partition: 0, sequence: minute, index: 0 }
  return { organisation: north, position, readings: [reading(point, minute, minute)] }
}

/** Ids of the assets that a query finds. */
const found = async (query: string) =>
  (await api.ask('customer_service', { url: `/api/v1/assets?${query}` }))
    .json<{ assets: { id: string }[] }>()
    .assets.map(({ id }) => id)

describe('the list of assets', () => {
  it('is searched without regard to case, å and all', async () => {
    expect(await found(`search=${encodeURIComponent('ÅNGSTRÖMS')}`)).toEqual([
      'lamp-17',
      'lamp-18',
    ])
    expect(await found('search=lamp%2017')).toEqual(['lamp-17'])
    expect(await found('type=PumpStation')).toEqual(['pump-1'])
    expect(await found('limit=1')).toHaveLength(1)
  })

  it('takes signs of the query language for themselves', async () => {
    expect(await found('search=%25')).toEqual(['lamp-17', 'lamp-18'])
    expect(await found('search=_')).toEqual(['pump-1'])
    expect(await found(`search=${encodeURIComponent("' or 1=1 --")}`)).toEqual([])
    expect(await found('search=!')).toEqual([])
  })
})

const seen = async (who: 'customer_service' | 'contractor') =>
  (await api.ask(who, { url: '/api/v1/assets/lamp-17' })).json<unknown>()

describe('an asset', () => {
  it('shows what is known of it now', async () => {
    await api.raise('lamp-17', 'lamp-dark')
    api.lastValues.set(north, [reading(power, 61.5, 0)])
    const answer = await api.ask('operations', { url: '/api/v1/assets/lamp-17' })
    expect(answer.json()).toMatchObject({
      id: 'lamp-17',
      attributes: { height: 6 },
      points: [
        { role: 'hatch', last: null },
        {
          role: 'power',
          unit: 'W',
          last: {
            value: 61.5,
            quality: 'good',
            code: 'ok',
            at: '2026-11-20T12:00:00.000Z',
          },
        },
      ],
      alarms: [{ rule: { id: 'lamp-dark' } }],
      cases: [{ state: 'received' }],
    })
  })

  it('hides values from customer service, alarms and cases from contractors', async () => {
    expect(await seen('customer_service')).toMatchObject({
      points: null,
      alarms: [],
      cases: [],
    })
    expect(await seen('contractor')).toMatchObject({
      points: null,
      alarms: null,
      cases: null,
    })
  })
})

describe('history', () => {
  it('that is away is said to be, in words and with a time to wait, and logged with its cause', async () => {
    api.clock.advance(durationUs(60 * MINUTE))
    const url = '/api/v1/assets/lamp-17/history?role=power'
    const answer = await api.ask('operations', { url })
    expect(answer.statusCode).toBe(503)
    expect(answer.headers['retry-after']).toBe('60')
    expect(answer.json()).toMatchObject({ type: 'urn:gatuvakt:problem:unavailable' })
    expect(answer.body).not.toContain('/mnt/history')
    expect(JSON.stringify(api.logged)).toContain('/mnt/history')
    expect((await api.ask('operations', { url: '/api/v1/alarms' })).statusCode).toBe(200)
  })

  it('that does not answer is given up after ten seconds', async () => {
    const asked = Promise.withResolvers<void>()
    await using slow = await openTestApi({
      store: {
        ...never,
        series: () => {
          asked.resolve()
          return pending()
        },
      },
    })
    slow.clock.advance(durationUs(60 * MINUTE))
    const url = '/api/v1/assets/lamp-17/history?role=power'
    const answer = slow.ask('operations', { url })
    await asked.promise
    slow.clock.advance(durationUs(10 * SECOND))
    expect((await answer).statusCode).toBe(503)
    expect(slow.clock.pending()).toBe(0)
  })

  it('goes on where a device was swapped for another', async () => {
    await using folder = await temporaryFolder()
    await using store = await openDuckdbStore({ file: join(folder.path, 'history.duckdb') })
    await using own = await openTestApi({ store })
    const first = await pointOf(own)
    const swapped = later(own.clock.now(), durationUs(30 * MINUTE))
    const second = await own.database.write(north, 'normal', async ({ query }) => {
      const row = await query
        .insertInto('point')
        .values({ organisation: north, device: 'lamp-17-b', key: 'power' })
        .returning('id')
        .executeTakeFirstOrThrow()
      await query
        .updateTable('binding')
        .set({ valid_to: swapped })
        .where('point', '=', first)
        .execute()
      await query
        .insertInto('binding')
        .values({
          organisation: north,
          asset: 'lamp-17',
          role: 'power',
          device: 'lamp-17-b',
          point: row.id,
          valid_from: swapped,
          valid_to: null,
        })
        .execute()
      return row.id
    })
    // The old device still speaks after the swap; nobody asks it any more.
    const records = [
      ...[1, 2, 40].map((minute) => stored(first, minute)),
      ...[31, 32].map((minute) => stored(second, minute)),
    ]
    await store.write(records, { epoch: 'test', partition: 0, sequence: 99, index: 0 })
    own.clock.advance(durationUs(60 * MINUTE))

    const url = '/api/v1/assets/lamp-17/history?role=power'
    const answer = await own.ask('rule_engineer', { url })
    expect(answer.json()).toMatchObject({
      unit: 'W',
      to: toIso(own.clock.now()),
      pieces: [
        { device: 'lamp-17', to: toIso(swapped), samples: [{ value: 1 }, { value: 2 }] },
        {
          device: 'lamp-17-b',
          from: toIso(swapped),
          samples: [{ value: 31 }, { value: 32 }],
        },
      ],
    })
    const later30 = `${url}&from=${toIso(swapped)}`
    const rest = (await own.ask('rule_engineer', { url: later30 })).json<{
      pieces: unknown[]
    }>()
    expect(rest.pieces).toHaveLength(1)
  })

  it('of a role that was never measured is empty', async () => {
    const url = '/api/v1/assets/lamp-18/history?role=power'
    expect((await api.ask('operations', { url })).json()).toMatchObject({
      unit: null,
      pieces: [],
    })
  })
})

const pending = (): Promise<never> => Promise.withResolvers<never>().promise
/** A store whose disk hangs. */
const never: ReadingStore = {
  cursor: pending,
  write: pending,
  rewrite: pending,
  adopt: pending,
  series: pending,
  windows: pending,
  scan: () => ({ [Symbol.asyncIterator]: () => ({ next: pending }) }),
  scanColumns: () => ({ [Symbol.asyncIterator]: () => ({ next: pending }) }),
  keepsArrivals: pending,
  latest: pending,
  totals: pending,
  retain: pending,
  [Symbol.asyncDispose]: async () => {},
}

it('what could not be understood is listed for integrators, the newest first', async () => {
  await api.database.write(north, 'normal', ({ query }) =>
    query
      .insertInto('ingest_problem')
      .values(
        ['first', 'second'].map((source, index) => ({
          organisation: north,
          source,
          reason: 'not_json',
          count: 3,
          first_at: timeUs(0),
          last_at: timeUs(index * 1_000_000),
          sample: '<hello>',
          detail: 'The message is not JSON',
        })),
      )
      .execute(),
  )
  const answer = await api.ask('integrator', { url: '/api/v1/ingest/problems' })
  expect(answer.json()).toMatchObject({
    problems: [
      { source: 'second', lastAt: '1970-01-01T00:00:01.000Z' },
      { source: 'first' },
    ],
  })
})
