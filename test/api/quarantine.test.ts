import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toIso } from '../../src/domain/time.ts'
import { keepReadings } from '../../src/ingest/quarantine/keep.ts'
import type { ReadingStore } from '../../src/store/reading-store.ts'
import { createMemoryStore, place, problem, reading } from '../ingest/memory-store.ts'
import { openTestApi, type TestApi } from '../support/api.ts'
import { north, south } from '../support/database.ts'

const memory = createMemoryStore()
const never = (): never => {
  throw new Error('nobody asks for this here')
}
const store: ReadingStore = {
  ...memory,
  rewrite: (records) => memory.rewrite(records),
  series: never,
  windows: never,
  scan: never,
  scanColumns: never,
  keepsArrivals: never,
  totals: never,
  retain: never,
  [Symbol.asyncDispose]: never,
}

let api: TestApi
beforeAll(async () => {
  api = await openTestApi({ store })
  for (const organisation of [north, south]) {
    const refused = [1, 2, 3].map((sequence) => ({
      organisation,
      position: place(sequence),
      reading: reading(17, sequence, 'on'),
      reason: 'field type conflict',
    }))
    await keepReadings(api, refused)
  }
})
afterAll(() => api[Symbol.asyncDispose]())

interface Row {
  readonly id: string
}

async function list(
  organisation = north,
  query = '',
): Promise<{ rows: Row[]; next: string | null }> {
  const url = `/api/v1/quarantine${query}`
  return (await api.ask('integrator', { url, organisation })).json()
}

function replay(id: string, organisation = north) {
  const url = `/api/v1/quarantine/${id}/replay`
  return api.ask('integrator', { method: 'POST', url, organisation })
}

describe('the quarantine over HTTP', () => {
  it('lists the readings of the own organisation, page by page', async () => {
    const first = await list(north, '?limit=2')
    expect(first.rows).toHaveLength(2)
    const second = await list(north, `?limit=2&before=${first.next}`)
    expect(second).toMatchObject({ rows: [{}], next: null })
    expect(new Set([...first.rows, ...second.rows].map(({ id }) => id)).size).toBe(3)
    expect(first.rows[0]).toMatchObject({
      kind: 'reading',
      organisation: 'north',
      reason: 'field type conflict',
      count: 1,
      place: { log: 'log', index: 0 },
      reading: { point: 17, value: 'on', quality: 'good' },
      lastAt: toIso(api.clock.now()),
    })
  })

  it('shows one, and nothing to another organisation', async () => {
    const [row] = (await list()).rows
    const url = `/api/v1/quarantine/${row?.id}`
    expect((await api.ask('integrator', { url })).json()).toEqual(row)
    expect((await api.ask('integrator', { url, organisation: south })).statusCode).toBe(404)
    expect((await replay(row?.id ?? '', south)).statusCode).toBe(404)
  })

  it('stores a reading after all, and writes down who did it', async () => {
    const [row] = (await list()).rows
    const id = row?.id ?? ''
    memory.refuses = () => true
    expect((await replay(id)).json()).toEqual({
      id,
      outcome: 'refused',
      reason: 'the store says invalid: field type conflict',
    })
    memory.refuses = () => false
    memory.fails = problem('unavailable')
    expect((await replay(id)).statusCode).toBe(503)
    memory.fails = undefined
    expect((await replay(id)).json()).toEqual({ id, outcome: 'landed', reason: null })
    expect((await replay(id)).statusCode).toBe(404)
    expect((await list()).rows).toHaveLength(2)
    expect(memory.held()).toHaveLength(1)
    const audit = api.database.read(north).selectFrom('audit').selectAll()
    expect(await audit.where('action', '=', 'quarantine.replay').execute()).toMatchObject([
      { subject: id, actor: expect.stringMatching(/^user:/) },
    ])
  })

  it('names a wrong place in the list', async () => {
    const answer = await api.ask('integrator', {
      url: '/api/v1/quarantine?before=yesterday',
    })
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ where: 'before' })
  })
})
