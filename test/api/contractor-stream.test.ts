import { afterEach, beforeEach, expect, it } from 'vitest'
import { durationUs, earlier, HOUR } from '../../src/domain/time.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { plainCase } from '../support/case-rows.ts'
import { openTestApi, type TestApi } from '../support/api.ts'
import { north, south } from '../support/database.ts'
import { openStream, type EventStream } from '../support/event-stream.ts'
import { about, named, subjects, tellAll } from '../support/live.ts'

let api: TestApi
let streams: DisposableStack
beforeEach(async () => {
  api = await openTestApi()
  streams = new DisposableStack()
})
afterEach(async () => {
  streams.dispose()
  await api[Symbol.asyncDispose]()
})

/** The people of the south are the north's contractor. */
async function open(after?: string): Promise<EventStream> {
  const cookie = await api.cookieOf('contractor', south)
  const headers = { cookie, ...(after !== undefined && { 'last-event-id': after }) }
  const stream = await openStream(api.app, headers, '', '/contractor/stream')
  streams.use(stream)
  await stream.until(named('hello'))
  return stream
}

async function aCase(id: string, contractor: string | null): Promise<void> {
  await api.database.write(north, 'normal', async ({ query }) => {
    await query.insertInto('case').values(plainCase({ id })).execute()
    if (contractor === null) return
    await query
      .insertInto('case_grant')
      .values({
        organisation: north,
        id: `grant-${id}`,
        case: id,
        contractor: contractor as OrganisationId,
        contract: 'lights',
        from_at: api.clock.now(),
        until_at: null,
        identity: 0,
        revoked_at: null,
      })
      .execute()
  })
}

async function tell(...ids: readonly string[]): Promise<void> {
  await tellAll(api, north, (work) => {
    for (const id of ids) work.tell({ kind: 'case', subject: id })
    work.tell({ kind: 'alarm', subject: 'an alarm' })
  })
}

it('tells a contractor of its cases, and of no others', async () => {
  await aCase('own', south)
  await aCase('foreign', 'rival')
  await aCase('nobody', null)
  await aCase('last', south)
  const stream = await open()
  await tell('own', 'foreign', 'nobody')
  await stream.until(about('north/own'))
  await tell('last', 'own')
  await stream.until(about('north/last'))
  expect(subjects(stream)).toEqual(['north/own', 'north/last', 'north/own'])
})

it('tells of cases of which something was ordered, although they were not granted', async () => {
  for (const id of ['ordered', 'foreign']) await aCase(id, null)
  const at = api.clock.now()
  const order = { organisation: north, unit: 'lights', state: 'ordered' } as const
  const times = { due_at: null, ordered_at: at, changed_at: at }
  await api.database.write(north, 'normal', async ({ query }) => {
    for (const [id, contractor] of [
      ['ordered', south],
      ['foreign', 'rival'],
    ] as const) {
      const of = { id: `order-${id}`, case: id, contractor, ordinal: 1, version: 1 }
      await query
        .insertInto('work_order')
        .values({ ...order, ...times, ...of })
        .execute()
    }
  })
  const stream = await open()
  await tell('foreign', 'ordered')
  await stream.until(about('north/ordered'))
  expect(subjects(stream)).toEqual(['north/ordered'])
})

it('says to load everything anew when those it works for have another configuration', async () => {
  await aCase('own', south)
  const stream = await open()
  await tellAll(api, north, (work) => work.tell({ kind: 'configuration', subject: '2' }))
  await stream.until(named('resync'))
  await tell('own')
  await stream.until(about('north/own'))
  expect(subjects(stream)).toContain('north/own')
})

it('tells that a case went away, for an hour', async () => {
  for (const id of ['gone', 'long-gone', 'last']) await aCase(id, south)
  const stream = await open()
  const now = api.clock.now()
  for (const [id, hours] of [
    ['gone', 0],
    ['long-gone', 2],
  ] as const) {
    await api.database.write(north, 'normal', ({ query }) =>
      query
        .updateTable('case_grant')
        .set({ revoked_at: earlier(now, durationUs(hours * HOUR)) })
        .where('case', '=', id)
        .execute(),
    )
  }
  await tell('long-gone', 'gone', 'last')
  await stream.until(about('north/last'))
  expect(new Set(subjects(stream))).toEqual(new Set(['north/gone', 'north/last']))
})

it('says to load everything anew with the first case of somebody, and after a cut', async () => {
  const stream = await open()
  await aCase('own', south)
  await tell('own')
  await stream.until(named('resync'))
  await tell('own')
  await stream.until(about('north/own'))
  const again = await open('7')
  expect(await again.until(named('resync'))).toBeDefined()
})

it('is for contractors alone', async () => {
  for (const who of ['operations', 'administrator'] as const) {
    const answer = await api.ask(who, { url: '/api/v1/contractor/stream' })
    expect(answer.statusCode).toBe(403)
  }
})
