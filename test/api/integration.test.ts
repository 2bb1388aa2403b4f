import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectionListView, type ConnectionHealth } from '../../src/api/connection-view.ts'
import { inboxGroupView, inboxListView } from '../../src/api/inbox-view.ts'
import {
  typeApplyView,
  typeCheckView,
  typeListView,
  typeRollBackView,
  typeTestView,
  typeTryView,
} from '../../src/api/type-view.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { SECOND, timeUs } from '../../src/domain/time.ts'
import { startInbox } from '../../src/inbox/inbox.ts'
import { quietLogger } from '../ingest/quiet-logger.ts'
import { openTestApi, type TestApi } from '../support/api.ts'
import { north, south } from '../support/database.ts'

const own: ConnectionHealth = {
  organisation: undefined,
  name: 'mqtt',
  protocol: 'mqtt',
  health: { state: 'online', detail: 'listening' },
  devices: [],
}
const line: ConnectionHealth = {
  organisation: north,
  name: 'line-1',
  protocol: 'modbus',
  health: {
    state: 'degraded',
    detail: '1 of 2 units answers',
    since: timeUs(SECOND),
    lastError: 'unit 2 is silent',
    lagSeconds: 0.5,
  },
  devices: [
    { id: 'pump-1', slug: 'pump-one', health: { state: 'online', detail: 'answers' } },
  ],
}

const activated: OrganisationId[] = []
let api: TestApi
let files: { path: string; text: string }[]
beforeAll(async () => {
  api = await openTestApi({
    connections: () => [own, line],
    activate: async (organisation) => void activated.push(organisation),
  })
  const folder = new URL(
    '../../config/demo/strandkoping/device-types/nordlys-slc-4/',
    import.meta.url,
  )
  const paths = [
    'type.yaml',
    'vectors/lit.json',
    'vectors/dark.json',
    'vectors/malformed.json',
    'vectors/dimmed.json',
    'vectors/off.json',
    'vectors/starting.json',
  ]
  files = await Promise.all(
    paths.map(async (path) => ({
      path,
      text: await readFile(new URL(path, folder), 'utf8'),
    })),
  )
})
afterAll(() => api[Symbol.asyncDispose]())

async function post(url: string, payload: object, organisation = north): Promise<unknown> {
  const request = { method: 'POST', url: `/api/v1${url}`, payload, organisation } as const
  const answer = await api.ask('integrator', request)
  expect({ url, status: answer.statusCode, body: answer.body }).toMatchObject({
    status: 200,
  })
  return answer.json()
}

async function get(url: string, organisation = north): Promise<unknown> {
  return (await api.ask('integrator', { url: `/api/v1${url}`, organisation })).json()
}

describe('device types over HTTP', () => {
  it('are checked and tested without changing anything', async () => {
    expect(typeCheckView.parse(await post('/types/check', { files }))).toMatchObject({
      type: 'nordlys/slc-4@1.0.0',
      vectors: 6,
      mistakes: [],
    })
    const tested = typeTestView.parse(await post('/types/test', { files: wider(files) }))
    expect(tested.vectors.filter(({ holds }) => !holds).map(({ path }) => path)).toEqual([
      'vectors/dark.json',
      'vectors/dimmed.json',
      'vectors/lit.json',
      'vectors/off.json',
      'vectors/starting.json',
    ])
    expect(tested.mistakes).toEqual([])
  })

  it('say what they make of a message', async () => {
    const payload = Buffer.from('{"ts":1795194000,"p":621,"dp":0,"dim":100,"st":1,"f":0}')
    const tried = await post('/types/try', { files, payload: payload.toString('base64') })
    const view = typeTryView.parse(tried)
    expect(view.points.find(({ point }) => point === 'power')).toMatchObject({
      raw: '621',
      value: 62.1,
    })
    const nothing = await api.ask('integrator', {
      method: 'POST',
      url: '/api/v1/types/try',
      payload: { files },
    })
    expect(nothing.statusCode).toBe(400)
  })

  it('come into force, are listed, and go back', async () => {
    const applied = typeApplyView.parse(await post('/types/apply', { files }))
    expect(applied.version).not.toBeNull()
    const changed = typeApplyView.parse(
      await post('/types/apply', { files: files.map(slower) }),
    )
    expect(changed.changes).toMatchObject([{ change: 'update', fields: ['interval'] }])
    expect(activated).toEqual([north, north])
    const { types } = typeListView.parse(await get('/types'))
    expect(types.find(({ type }) => type === 'nordlys/slc-4@1.0.0')).toMatchObject({
      version: changed.version,
      author: expect.stringMatching(/^user:/),
      texts: 2,
    })
    const back = typeRollBackView.parse(
      await post('/types/rollback', { type: 'nordlys/slc-4@1.0.0' }),
    )
    expect(back).toMatchObject({
      backTo: applied.version,
      version: (changed.version ?? 0) + 1,
    })
    expect(JSON.stringify(await get('/types', south))).not.toContain('nordlys')
  })

  it('are refused with their mistakes, and paths that lead out of their folder at once', async () => {
    const wrong = files.map(({ path, text }) => ({
      path,
      text: text.replace('unit: W,', 'unti: W,'),
    }))
    expect(typeApplyView.parse(await post('/types/apply', { files: wrong }))).toMatchObject(
      {
        version: null,
        mistakes: [{ file: 'type.yaml' }],
      },
    )
    const out = await api.ask('integrator', {
      method: 'POST',
      url: '/api/v1/types/check',
      payload: { files: [{ path: '../type.yaml', text: '' }] },
    })
    expect(out.statusCode).toBeGreaterThanOrEqual(400)
  })
})

describe('the inbox over HTTP', () => {
  it('lists and dismisses, for its own organisation only', async () => {
    const { database, clock } = api
    await using inbox = startInbox({ database, clock, logger: quietLogger() })
    const sample = Uint8Array.from([0xff, 0x00])
    inbox.note({ organisation: north, connection: 'line-1', identity: 'unit 9', sample })
    await inbox.flush()
    const { groups } = inboxListView.parse(await get('/inbox'))
    expect(groups).toMatchObject([
      { identity: 'unit 9', sample: { text: null, hex: 'ff00' }, perMinute: null },
    ])
    expect(inboxListView.parse(await get('/inbox', south)).groups).toEqual([])
    const url = `/inbox/${groups[0]?.id}/dismiss`
    expect(inboxGroupView.parse(await post(url, {})).dismissedAt).not.toBeNull()
    expect(inboxListView.parse(await get('/inbox')).groups).toEqual([])
    expect(inboxListView.parse(await get('/inbox?all=true')).groups).toHaveLength(1)
    const audit = await database
      .read(north)
      .selectFrom('audit')
      .select('action')
      .where('action', '=', 'inbox.dismiss')
      .execute()
    expect(audit).toHaveLength(1)
  })
})

describe('connections over HTTP', () => {
  it('are shown with their devices, those of others not at all', async () => {
    const { connections } = connectionListView.parse(await get('/connections'))
    expect(connections).toMatchObject([
      { name: 'mqtt', organisation: null, state: 'online', lastOk: null },
      {
        name: 'line-1',
        state: 'degraded',
        lastError: 'unit 2 is silent',
        lagSeconds: 0.5,
        devices: [{ id: 'pump-1', slug: 'pump-one', state: 'online' }],
      },
    ])
    const others = connectionListView.parse(await get('/connections', south))
    expect(others.connections.map(({ name }) => name)).toEqual(['mqtt'])
  })
})

function wider(all: typeof files): typeof files {
  return all.map(({ path, text }) => ({
    path,
    text: text.replace('scale: 0.1', 'scale: 0.2'),
  }))
}

function slower({ path, text }: (typeof files)[number]): (typeof files)[number] {
  return { path, text: text.replace('interval: 60s', 'interval: 90s') }
}
