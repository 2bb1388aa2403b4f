import { afterEach, beforeEach, expect, it } from 'vitest'
import { readEvents } from '../../src/cases/events.ts'
import { applyConfiguration } from '../../src/configuration/apply.ts'
import type { JsonObject } from '../../src/configuration/json.ts'
import { openTestApi, type TestApi } from '../support/api.ts'
import { north } from '../support/database.ts'

const by = { role: 'administrator', name: 'user:administrator' } as const
const name = { sv: 'Papperskorg', nb: 'Papirkurv', en: 'Bin' }

let api: TestApi
beforeEach(async () => {
  api = await openTestApi()
  const objects = [
    { kind: 'serviceLevel', slug: 'usual', document: level({ restore: '24h' }) },
    { kind: 'serviceLevel', slug: 'agreed', document: level({ restore: '4h' }) },
    { kind: 'serviceLevel', slug: 'other', document: level({ restore: '8h' }) },
    {
      kind: 'category',
      slug: 'bin',
      document: { name, faultClass: 'bin', serviceLevel: 'usual' },
    },
    { kind: 'contract', slug: 'bins', document: contract({ serviceLevel: 'agreed' }) },
    { kind: 'contract', slug: 'more', document: contract({ serviceLevel: 'other' }) },
    { kind: 'unit', slug: 'bins', document: { name: 'Bins', contract: 'bins' } },
    { kind: 'unit', slug: 'more', document: { name: 'More', contract: 'more' } },
    { kind: 'unit', slug: 'park', document: { name: 'Park' } },
    {
      kind: 'route',
      slug: 'bins',
      document: { order: 1, when: { category: 'bin' }, unit: 'bins' },
    },
  ] as const
  await applyConfiguration(api.database, {
    configuration: { organisation: north, objects },
    author: 'local',
    now: api.clock.now(),
  })
})
afterEach(() => api[Symbol.asyncDispose]())

function level(clocks: JsonObject): JsonObject {
  return { name: 'A level', clocks }
}

function contract(rest: JsonObject): JsonObject {
  return { name: 'Bins', contractor: 'bins-ab', ...rest }
}

async function reported(): Promise<string> {
  const receipt = await api.cases.report(north, {
    source: 'web',
    category: 'bin',
    text: 'Full',
    language: 'sv',
    wantsUpdates: false,
    actor: 'citizen',
  })
  return receipt.case
}

async function give(id: string, unit: string): Promise<void> {
  const payload = { unit, version: (await api.cases.get(north, id, false)).version }
  const url = `/api/v1/cases/${id}/assign`
  const answer = await api.ask('administrator', { method: 'POST', url, payload })
  expect(answer.statusCode).toBe(200)
}

/** Levels that the history was told of, in order. */
async function told(id: string): Promise<(string | undefined)[]> {
  const query = api.database.read(north)
  const events = await readEvents(query, id, { publicOnly: false, limit: 100 })
  return events
    .filter(({ kind, data }) => kind === 'deadline' && data.step === 'level')
    .map(({ data }) => data.reference)
}

const dueIn = async (id: string) => {
  const { dueAt } = await api.cases.get(north, id, false)
  return (Date.parse(dueAt ?? '') - api.clock.now() / 1_000) / 3_600_000
}

it('a contract says what is promised of its cases, as long as its contractor has them', async () => {
  const id = await reported()
  expect(await told(id)).toEqual(['usual', 'agreed'])
  expect(await dueIn(id)).toBe(4)
  await give(id, 'park')
  expect(await dueIn(id)).toBe(24)
  await give(id, 'bins')
  expect(await told(id)).toEqual(['usual', 'agreed', 'usual', 'agreed'])
})

it('from one contractor to the next, what was promised before either is not forgotten', async () => {
  const id = await reported()
  await give(id, 'more')
  expect(await dueIn(id)).toBe(8)
  await give(id, 'park')
  expect(await dueIn(id)).toBe(24)
  expect(await told(id)).toEqual(['usual', 'agreed', 'other', 'usual'])
})

it('asking the routes again changes nothing of what the contract says', async () => {
  const id = await reported()
  const { version } = await api.cases.get(north, id, false)
  await api.cases.reroute(north, id, { version, by, priority: 'low' })
  expect(await told(id)).toEqual(['usual', 'agreed'])
  expect(await dueIn(id)).toBe(4)
})
