import { fastify } from 'fastify'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { sendReadings } from '../../src/api/send-readings.ts'
import type { OrganisationId, PointId } from '../../src/domain/ids.ts'
import { Problem } from '../../src/domain/problem.ts'
import { durationUs, later, MINUTE, toIso, type TimeUs } from '../../src/domain/time.ts'
import type { NamedReading } from '../../src/store/export/format.ts'
import type {
  ReadingStore,
  ScanRequest,
  StoredReading,
} from '../../src/store/reading-store.ts'
import { openTestApi, pointOf, type TestApi } from '../support/api.ts'
import { north, south } from '../support/database.ts'

/** Readings of an organisation in pages of two, as a store scans them. */
class FewReadings implements Pick<ReadingStore, 'scan'> {
  readonly readings: StoredReading[] = []
  readonly asked: ScanRequest[] = []

  async *scan(request: ScanRequest): AsyncGenerator<readonly StoredReading[]> {
    this.asked.push(request)
    const { organisation, points, from, to } = request
    const found = this.readings
      .filter(
        (reading) =>
          reading.organisation === organisation &&
          (points?.includes(reading.point) ?? true) &&
          reading.effective >= from &&
          reading.effective < to,
      )
      .toSorted((a, b) => a.point - b.point || a.effective - b.effective)
    for (let at = 0; at < found.length; at += 2) yield found.slice(at, at + 2)
  }
}

function reading(
  point: PointId,
  effective: TimeUs,
  changes: Partial<StoredReading> = {},
): StoredReading {
  return {
    organisation: north,
    position: { epoch: 'e', partition: 1, sequence: 1, index: 0 },
    point,
    value: 1,
    quality: 'good',
    code: 'ok',
    effective,
    ingest: effective,
    flags: 0,
    typeVersion: 1,
    ...changes,
  }
}

interface Scene extends AsyncDisposable {
  readonly api: TestApi
  readonly store: FewReadings
  readonly power: PointId
  readonly start: TimeUs
  /** Rows of an answer, each as its asset, device and value. */
  rows(query: string, organisation?: OrganisationId): Promise<string[]>
}

async function open(): Promise<Scene> {
  const store = new FewReadings()
  // The routes under test only scan; everything else of the store is away.
  const scanning = { scan: store.scan.bind(store) } as Partial<ReadingStore> as ReadingStore
  const api = await openTestApi({ store: scanning })
  const power = await pointOf(api)
  const start = api.clock.now()
  return {
    api,
    store,
    power,
    start,
    async rows(query, organisation = north) {
      const url = `/api/v1/readings/export?format=ndjson&${range(start)}&${query}`
      const answer = await api.ask('operations', { url, organisation })
      expect(answer.statusCode).toBe(200)
      return answer.body
        .split('\n')
        .slice(0, -1)
        .map((line) => {
          const { asset, device, value }: Record<string, unknown> = JSON.parse(line)
          return `${String(asset)}|${String(device)}|${String(value)}`
        })
    },
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  }
}

function range(start: TimeUs, minutes = 60): string {
  const to = later(start, durationUs(minutes * MINUTE))
  return `from=${toIso(start)}&to=${toIso(to)}`
}

function minute(start: TimeUs, at: number): TimeUs {
  return later(start, durationUs(at * MINUTE))
}

it('is a CSV file with what each reading measured', async () => {
  await using scene = await open()
  const { api, store, power, start } = scene
  store.readings.push(
    ...[1, 2, 3].map((at) => reading(power, minute(start, at), { value: at })),
  )
  const url = `/api/v1/readings/export?${range(start)}`
  const answer = await api.ask('operations', { url })
  expect(answer.headers).toMatchObject({
    'content-type': 'text/csv; charset=utf-8; header=present',
    'content-disposition': 'attachment; filename="readings.csv"',
    'cache-control': 'no-store',
    trailer: 'readings',
  })
  expect(answer.trailers).toEqual({ readings: '3' })
  const lines = answer.body.split('\r\n')
  expect(lines).toHaveLength(5)
  expect(lines[1]).toMatch(/^north,lamp-17,power,lamp-17,power,\d+,2/)
  expect(lines[1]).toContain(',1,number,W,good,ok,')
})

function bound(point: PointId) {
  return { organisation: north, role: 'power', device: 'lamp-17-b', point }
}

it('names a reading after what its point measured then', async () => {
  await using scene = await open()
  const { api, store, power, start } = scene
  const swapped = minute(start, 30)
  const second = await api.database.write(north, 'normal', async ({ query }) => {
    const { id } = await query
      .insertInto('point')
      .values({ organisation: north, device: 'lamp-17-b', key: 'power' })
      .returning('id')
      .executeTakeFirstOrThrow()
    await query
      .updateTable('binding')
      .set({ valid_to: swapped })
      .where('point', '=', power)
      .execute()
    await query
      .insertInto('binding')
      .values([
        {
          ...bound(id),
          asset: 'lamp-17',
          valid_from: swapped,
          valid_to: minute(start, 50),
        },
        { ...bound(id), asset: 'lamp-18', valid_from: minute(start, 50), valid_to: null },
      ])
      .execute()
    return id
  })
  store.readings.push(
    ...[10, 40].map((at) => reading(power, minute(start, at), { value: at })),
    ...[20, 45, 55].map((at) => reading(second, minute(start, at), { value: at })),
  )
  // After the swap nobody asks the old device; before it the new one measured nothing of ours.
  // What measured lamp-18 first is taken to have measured it ever since.
  expect(await scene.rows('')).toEqual([
    'lamp-17|lamp-17|10',
    '|lamp-17|40',
    'lamp-18|lamp-17-b|20',
    'lamp-17|lamp-17-b|45',
    'lamp-18|lamp-17-b|55',
  ])
  expect(await scene.rows('asset=lamp-17&role=power')).toEqual([
    'lamp-17|lamp-17|10',
    'lamp-17|lamp-17-b|45',
  ])
  expect(await scene.rows('device=lamp-17')).toEqual(['lamp-17|lamp-17|10', '|lamp-17|40'])
  expect(await scene.rows(`points=${second}`)).toHaveLength(3)
  expect(await scene.rows('points=hatch,power')).toHaveLength(5)
  expect(store.asked.map(({ points }) => points?.length)).toEqual([undefined, 2, 2, 1, 3])
})

it('knows only its own organisation', async () => {
  await using scene = await open()
  const { api, store, power, start } = scene
  store.readings.push(reading(power, minute(start, 1)))
  const ask = (query: string, organisation: OrganisationId) =>
    api.ask('operations', {
      url: `/api/v1/readings/export?${range(start)}&${query}`,
      organisation,
    })
  await api.database.write(north, 'normal', ({ query }) =>
    query
      .updateTable('asset')
      .set({ slug: 'only-north' })
      .where('id', '=', 'pump-1')
      .execute(),
  )
  expect(await scene.rows('', south)).toEqual([])
  expect((await ask('asset=only-north', north)).statusCode).toBe(404) // it has no point
  for (const query of [
    'asset=only-north',
    'asset=nobody',
    'device=nobody',
    `points=${power}`,
  ]) {
    expect((await ask(query, south)).statusCode).toBe(404)
  }
})

it.each([
  ['longer than a year', 367 * 24 * 60],
  ['of nothing', 0],
])('refuses a time %s', async (_, minutes) => {
  await using scene = await open()
  const url = `/api/v1/readings/export?${range(scene.start, minutes)}`
  const answer = await scene.api.ask('operations', { url })
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({ type: 'urn:gatuvakt:problem:invalid' })
})

it('is given six times a minute', async () => {
  await using scene = await open()
  const url = `/api/v1/readings/export?${range(scene.start)}`
  const codes: number[] = []
  for (let time = 0; time < 7; time += 1) {
    codes.push((await scene.api.ask('operations', { url })).statusCode)
  }
  expect(codes).toEqual([200, 200, 200, 200, 200, 200, 429])
})

it('answers with the problem of a store that is away', async () => {
  const away = new Problem({ kind: 'unavailable', what: 'The history of readings failed' })
  const scanning = {
    scan: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(away) }) }),
  } as Partial<ReadingStore> as ReadingStore
  await using api = await openTestApi({ store: scanning })
  const url = `/api/v1/readings/export?${range(api.clock.now())}`
  const answer = await api.ask('operations', { url })
  expect(answer.statusCode).toBe(503)
  expect(answer.json()).toMatchObject({ detail: 'The history of readings failed' })
})

it('is cut off beyond its bound, without the trailer that a whole one has', async () => {
  const server = fastify()
  const named = { asset: '', role: '', device: '', key: '', unit: '' }
  let ended = 0
  async function* rows(): AsyncGenerator<readonly NamedReading[]> {
    try {
      const one = { name: named, reading: reading(1 as PointId, 0 as TimeUs) }
      for (;;) yield [one, one]
    } finally {
      ended += 1
    }
  }
  server.get('/', async (_, reply) =>
    sendReadings(reply, { format: 'ndjson', rows: rows(), most: 5 }),
  )
  const answer = await server.inject({ url: '/', payloadAsStream: true })
  await expect(text(answer.stream())).rejects.toThrow(
    'response destroyed before completion',
  )
  expect(answer.trailers).toEqual({})
  expect(ended).toBe(1)
  await server.close()
})
