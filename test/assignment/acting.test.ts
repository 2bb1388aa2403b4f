import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEvents } from '../../src/cases/events.ts'
import { applyConfiguration } from '../../src/configuration/apply.ts'
import { role, type Role } from '../../src/domain/identity.ts'
import { durationUs, HOUR, later } from '../../src/domain/time.ts'
import { can, type Permission } from '../../src/identity/permissions.ts'
import { openTestApi, type TestApi } from '../support/api.ts'
import { north } from '../support/database.ts'
import { plainCase } from '../support/case-rows.ts'

/** Where a case lies, as seen by whoever asks. */
const relations = ['own unit', 'triage', 'other unit', 'stands in'] as const
type Relation = (typeof relations)[number]

const actions: Readonly<
  Record<string, { readonly permission: Permission; readonly body: object }>
> = {
  move: { permission: 'case.move', body: { to: 'investigating', version: 1 } },
  assign: { permission: 'case.assign', body: { person: null, unit: 'own', version: 1 } },
  reroute: { permission: 'case.assign', body: { priority: 'low', version: 1 } },
  say: { permission: 'case.say', body: { to: 'staff', text: 'Vi tittar', version: 1 } },
  merge: { permission: 'case.merge', body: { into: 'target', version: 1 } },
  unmerge: { permission: 'case.merge', body: { version: 1 } },
  photos: { permission: 'case.move', body: { photos: ['f'.repeat(32)] } },
}

/** Who works on every case of the organisation, whichever unit has it. */
const everywhere = new Set<Role>(['customer_service', 'control_centre', 'administrator'])

let api: TestApi
let absence: string
let cases = 0

const unit = (members: readonly string[]) => ({ name: 'A unit', members })

beforeAll(async () => {
  api = await openTestApi()
  const workers = ['operations', 'control-centre', 'customer-service', 'administrator']
  await applyConfiguration(api.database, {
    configuration: {
      organisation: north,
      objects: [
        { kind: 'unit', slug: 'own', document: unit(workers) },
        { kind: 'unit', slug: 'other', document: unit(['auditor']) },
      ],
    },
    author: 'local',
    now: api.clock.now(),
  })
  await store(plainCase({ id: 'target', unit: 'other' }))
  const away = await api.ask('administrator', {
    method: 'POST',
    url: '/api/v1/absences',
    payload: { person: 'auditor', from: '2026-11-20', to: '2026-11-30' },
  })
  absence = away.json<{ id: string }>().id
})
afterAll(() => api[Symbol.asyncDispose]())

async function store(row: ReturnType<typeof plainCase>): Promise<void> {
  await api.database.write(north, 'normal', ({ query }) =>
    query.insertInto('case').values(row).execute(),
  )
}

async function aCase(relation: Relation, who: Role): Promise<string> {
  cases += 1
  const id = `case-${cases}`
  const unit = relation === 'own unit' ? 'own' : relation === 'triage' ? null : 'other'
  await store(plainCase({ id, unit }))
  if (relation !== 'stands in') return id
  const now = api.clock.now()
  await api.database.write(north, 'normal', ({ query }) =>
    query
      .insertInto('delegated_grant')
      .values({
        organisation: north,
        id: `grant-${cases}`,
        case: id,
        person: who.replaceAll('_', '-'),
        for_person: 'auditor',
        absence,
        from_at: now,
        until_at: later(now, durationUs(24 * HOUR)),
        revoked_at: null,
      })
      .execute(),
  )
  return id
}

describe.each(Object.entries(actions))('%s', (action, { permission, body }) => {
  it('is for whoever may act on the case, and for nobody else', async () => {
    const wrong: string[] = []
    for (const who of role.options) {
      const subject = { kind: 'user', user: who, name: who, organisation: north } as const
      const holds = can({ ...subject, roles: [who] }, permission, { organisation: north })
      for (const relation of relations) {
        const id = await aCase(relation, who)
        const url = `/api/v1/cases/${id}/${action}`
        const answer = await api.ask(who, { method: 'POST', url, payload: body })
        const allowed = holds && (relation !== 'other unit' || everywhere.has(who))
        if ((answer.statusCode === 403) === allowed || answer.statusCode >= 500) {
          wrong.push(`${who}, ${relation}: ${answer.statusCode} ${answer.body}`)
        }
      }
    }
    expect(wrong).toEqual([])
  })
})

async function moves(who: Role, relation: Relation): Promise<readonly string[]> {
  const url = `/api/v1/cases/${await aCase(relation, who)}`
  const answer = await api.ask(who, { method: 'GET', url })
  return answer.json<{ moves: readonly string[] }>().moves
}

it('the page of a case offers moves to those alone who may act on it', async () => {
  expect(await moves('operations', 'own unit')).toContain('investigating')
  expect(await moves('operations', 'stands in')).toContain('investigating')
  expect(await moves('operations', 'other unit')).toEqual([])
  expect(await moves('control_centre', 'other unit')).toContain('investigating')
  expect(await moves('auditor', 'own unit')).toEqual([])
})

it('the history says on whose behalf somebody acted who stands in', async () => {
  const id = await aCase('stands in', 'operations')
  const post = (action: string, payload: object) =>
    api.ask('operations', { method: 'POST', url: `/api/v1/cases/${id}/${action}`, payload })
  await post('move', { to: 'investigating', version: 1 })
  await post('say', { to: 'staff', text: 'Vi tittar', version: 2 })
  const given = await post('assign', { unit: 'own', person: null, version: 2 })
  expect(given.statusCode).toBe(200)
  // It is nobody's deputy's any more.
  await post('say', { to: 'staff', text: 'Klart', version: 3 })
  const events = await readEvents(api.database.read(north), id, {
    publicOnly: false,
    limit: 50,
  })
  expect(
    events.map(({ kind, actor, data }) => `${kind} ${actor} ${data.behalf ?? '-'}`),
  ).toEqual([
    'moved user:operations auditor',
    'said user:operations auditor',
    'assigned user:operations auditor',
    'said user:operations -',
  ])
})

it('both those who merged a case and those who have the other one may take it out', async () => {
  const merged = async (into: string) => {
    const id = await aCase('own unit', 'operations')
    const url = `/api/v1/cases/${id}/merge`
    const answer = await api.ask('control_centre', {
      method: 'POST',
      url,
      payload: { into, version: 1 },
    })
    expect(answer.statusCode).toBe(200)
    return id
  }
  const unmerge = async (id: string) => {
    const url = `/api/v1/cases/${id}/unmerge`
    const payload = { version: 2 }
    return (await api.ask('operations', { method: 'POST', url, payload })).statusCode
  }
  expect(await unmerge(await merged('target'))).toBe(200)
  const foreign = await aCase('other unit', 'operations')
  const own = await aCase('own unit', 'operations')
  const payload = { into: own, version: 1 }
  const url = `/api/v1/cases/${foreign}/merge`
  const merging = await api.ask('control_centre', { method: 'POST', url, payload })
  expect(merging.statusCode).toBe(200)
  expect(await unmerge(foreign)).toBe(200)
})

/** What became of a photo: the answer, and whether the public sees it. */
async function shown(
  relation: Relation,
  how: 'release' | 'withdraw',
): Promise<readonly [status: number, isPublic: number]> {
  const of = await aCase(relation, 'operations')
  const id = String(cases).padStart(32, '0')
  await api.database.write(north, 'normal', ({ query }) =>
    query
      .insertInto('photo')
      .values({
        organisation: north,
        id,
        case: of,
        report: null,
        place: 0,
        width: 10,
        height: 10,
        bytes: 100,
        taken_at: api.clock.now(),
        public: how === 'release' ? 0 : 1,
        reviewed_by: null,
        reviewed_at: null,
      })
      .execute(),
  )
  const url = `/api/v1/photos/${id}/${how}`
  const { statusCode } = await api.ask('operations', { method: 'POST', url })
  const row = await api.database
    .read(north)
    .selectFrom('photo')
    .select('public')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return [statusCode, row.public]
}

it('photos are shown to the public by those who may act on their case', async () => {
  for (const relation of ['own unit', 'stands in'] as const) {
    expect(await shown(relation, 'release')).toEqual([200, 1])
    expect(await shown(relation, 'withdraw')).toEqual([200, 0])
  }
  // What was refused changed nothing.
  expect(await shown('other unit', 'release')).toEqual([403, 0])
  expect(await shown('other unit', 'withdraw')).toEqual([403, 1])
})
