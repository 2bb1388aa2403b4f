import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { role, type Role } from '../../src/domain/identity.ts'
import { routes } from '../api/route-table.ts'
import { north, south } from '../support/database.ts'
import { openTwoTowns, type Belongings, type TwoTowns } from './two-towns.ts'

/**
 * People of `south` ask every route that takes an id with ids of `north`. What they hear is what they
 * hear of an id that nobody has, and nothing of north changes.
 */

let towns: TwoTowns
let ids: Belongings
let before = ''
beforeAll(async () => {
  towns = await openTwoTowns()
  ids = towns.ofNorth
  before = await towns.everythingOfNorth()
})
afterAll(() => towns[Symbol.asyncDispose]())

type Known = keyof Belongings
const nobodys = '0'.repeat(32)

/** What belongs into `{id}`, by how the path goes on; whoever adds a route names it here. */
const idOf: readonly (readonly [path: RegExp, id: Known | 'configured'])[] = [
  [/^\/alarms\//, 'alarm'],
  [/^\/(contractor\/)?cases\/(\{organisation\}\/)?\{id\}\/unmerge/, 'merged'],
  [/^\/(contractor\/)?cases\//, 'case'],
  [/^\/(contractor\/)?orders\//, 'order'],
  [/^\/photos\//, 'photo'],
  [/^\/texts\//, 'report'],
  [/^\/absences\//, 'absence'],
  [/^\/maintenance-windows\//, 'window'],
  [/^\/notices\//, 'notice'],
  [/^\/quarantine\//, 'quarantined'],
  [/^\/inbox\//, 'stranger'],
  // Names of the configuration: both organisations may have one of this name.
  [/^\/(assets|desks|channels|rules)\//, 'configured'],
]

/** A body that would be taken, were the id one's own. */
const bodies: Readonly<Record<string, object>> = {
  acknowledge: { raise: 1 },
  shelve: { for: '30m', reason: 'x' },
  'out-of-service': { workOrder: 'x', reason: 'x' },
  comment: { comment: 'x' },
  orders: { unit: 'gata', text: 'x' },
  'orders/move': { to: 'cancelled', version: 1, text: 'x' },
  amend: { version: 1, text: 'x' },
  move: { to: 'investigating', version: 1 },
  forward: { partner: 'leva', version: 1, text: 'x' },
  say: { version: 1, to: 'staff', text: 'x' },
  assign: { version: 1, unit: null },
  erase: {},
  'follow-ups': { source: 'phone', text: 'x' },
  merge: { version: 1, into: nobodys },
  unmerge: { version: 1 },
  photos: { photos: ['x'] },
  reroute: { version: 1, priority: 'urgent' },
  'share-reporter': { show: true, reason: 'Nyckel' },
  'texts/release': { text: 'x' },
}

/** Routes that look at something else first: here are neither units nor partners nor contractors. */
const answeredBefore: Readonly<Record<string, string>> = {
  'POST /cases/{id}/orders': '400',
  'POST /cases/{id}/forward': '503',
}

interface Asked {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
}

function bodyOf({ method, path }: Asked): object | undefined {
  if (method !== 'POST') return undefined
  const parts = path.split('/').filter((part) => part !== '' && !part.startsWith('{'))
  const last = parts.at(-1) ?? ''
  return bodies[`${parts.at(-2) ?? ''}/${last}`] ?? bodies[last] ?? {}
}

function requestOf({ method, path }: Asked, id: string): InjectOptions {
  const url = path
    .replace('{organisation}', north)
    .replace('{photo}', id === nobodys ? nobodys : ids.photo)
    .replace('{id}', id)
  const payload = bodyOf({ method, path })
  return {
    method,
    url: `/api/v1${url}`,
    ...(payload !== undefined && { payload }),
  }
}

async function hears(who: Role, request: InjectOptions): Promise<string> {
  const answer = await towns.api.ask(who, { ...request, organisation: south })
  // Every answer to a request that was refused names that request.
  const body = answer.body.replace(/"urn:gatuvakt:request:\w+"/, '"urn"')
  return `${answer.statusCode} ${body}`
}

const withId: readonly Asked[] = Object.keys(routes)
  .filter((route) => route.includes('{id}'))
  .map((route) => {
    const [said = '', path = ''] = route.split(' /api/v1')
    const method = said === 'POST' || said === 'DELETE' ? said : 'GET'
    return { method, path }
  })

describe.each(withId)('$method $path with an id of another organisation', (asked) => {
  it('is answered as one that nobody has', async () => {
    const [, known] = idOf.find(([pattern]) => pattern.test(asked.path)) ?? []
    if (known === undefined) throw new Error('say in `idOf` what belongs into this path')
    if (known === 'configured') return
    const id = ids[known]
    expect(id).toHaveLength(32)
    const heard: string[] = []
    for (const who of role.options) {
      const foreign = await hears(who, requestOf(asked, id))
      const unknown = await hears(who, requestOf(asked, nobodys))
      expect(foreign.replaceAll(id, nobodys).replaceAll(ids.photo, nobodys)).toBe(unknown)
      if (!foreign.startsWith('403')) heard.push(foreign.slice(0, 3))
    }
    // Some role may do it, and came as far as looking for it. A 400: give it a body in `bodies`.
    const looked = answeredBefore[`${asked.method} ${asked.path}`] ?? '404'
    expect(new Set(heard)).toEqual(new Set([looked]))
  })
})

/** Ids of others where they are named beside one's own. */
const beside: readonly (readonly [what: string, (id: string) => InjectOptions, Known])[] = [
  [
    'a case to merge into',
    (id) => post(`/cases/${towns.own}/merge`, { version: 1, into: id }),
    'case',
  ],
  [
    'the case it is the same as',
    (id) =>
      post(`/cases/${towns.own}/move`, {
        to: 'closed',
        reason: 'duplicate',
        version: 1,
        target: id,
      }),
    'case',
  ],
  ['a photo', (id) => post(`/cases/${towns.own}/photos`, { photos: [id] }), 'photo'],
  ['a report', (id) => post(`/cases/${towns.own}/erase`, { report: id }), 'report'],
  [
    'a photo that comes with what somebody adds',
    (id) =>
      post(`/cases/${towns.own}/follow-ups`, { source: 'phone', text: 'x', photos: [id] }),
    'photo',
  ],
  [
    'a report that somebody adds to',
    (id) =>
      post(`/cases/${towns.own}/follow-ups`, { source: 'phone', text: 'x', report: id }),
    'report',
  ],
  ['a case to explain', (id) => post('/routes/explain', { case: id }), 'case'],
  ['a case of letters', (id) => ({ url: `/api/v1/letter-problems?case=${id}` }), 'case'],
  ['a case to look for', (id) => ({ url: `/api/v1/cases?search=${id}` }), 'case'],
]

function post(path: string, payload: object): InjectOptions {
  return { method: 'POST', url: `/api/v1${path}`, payload }
}

describe.each(beside)('%s of another organisation', (_what, asking, known) => {
  it('is answered as one that nobody has', async () => {
    for (const who of role.options) {
      const foreign = await hears(who, asking(ids[known]))
      const unknown = await hears(who, asking(nobodys))
      // A name of a cursor may differ; what is told may not.
      expect(foreign.replaceAll(ids[known], nobodys)).toBe(unknown)
      expect(foreign).not.toContain('Hemlighet')
    }
  })
})

describe('a report of a citizen', () => {
  const input = { category: 'light-out', text: 'Mörkt', language: 'sv' }
  const send = async (more: object) => {
    const url = '/api/v1/organisations/south/reports'
    return await towns.api.ask('nobody', {
      method: 'POST',
      url,
      payload: { ...input, ...more },
    })
  }

  it('follows no case of another organisation, and takes no photo of it', async () => {
    const followed = await send({ follows: ids.case })
    expect(followed.statusCode).toBe(201)
    expect(followed.json()).toMatchObject({ known: null })
    const statuses = []
    for (const id of [ids.photo, nobodys])
      statuses.push((await send({ photos: [id] })).statusCode)
    expect(statuses[0]).toBe(statuses[1])
    expect(statuses[0]).toBeGreaterThanOrEqual(400)
  })
})

it('changed nothing of north, all the time', async () => {
  expect(await towns.everythingOfNorth()).toBe(before)
})
