import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { deviceOf, startIntake, token, type Body, type Intaking } from './intaking.ts'

let intaking: Intaking | undefined
afterEach(() => intaking?.[Symbol.asyncDispose]())

const well = deviceOf('http', 'well-1', { id: 'W1' })
const byUrl = { format: 'json' }
const byPath = { format: 'json', identity: { path: '$.id' } }

async function start(settings: Record<string, unknown>, limits = {}): Promise<Intaking> {
  intaking = await startIntake({
    settings,
    devices: [well, deviceOf('http', 'well-2')],
    limits,
  })
  return intaking
}

describe('JSON over HTTP', () => {
  it('is kept exactly as it came, for the device that the address names', async () => {
    const field = await start(byUrl)
    const body = '{ "pressure": 4.20, "big": 12345678901234567890 }'
    const answer = await field.post(body, { rest: '/W1' })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ stored: 1, unknown: 0, strangers: [] })
    expect(field.texts()).toEqual([body])
    expect(field.stored).toMatchObject([
      {
        kind: 'envelope',
        organisation: 'strandkoping',
        connection: 'field',
        device: 'well-1-id',
        topic: 'http/W1',
        retained: false,
      },
    ])
  })

  it('may name the device in the body, as text or number, or in a header', async () => {
    const field = await start(byPath)
    expect((await field.post('{"id":"W1"}')).status).toBe(200)
    await field[Symbol.asyncDispose]()
    const second = await startIntake({
      settings: { format: 'json', identity: { header: 'x-device' } },
      devices: [deviceOf('http', 'well-7', { id: '7' })],
    })
    intaking = second
    const headers = { ...json, 'x-device': '7' }
    expect((await second.post('{}', { headers })).status).toBe(200)
    expect(second.stored).toHaveLength(1)
  })

  it('names a device by its slug where the address says nothing', async () => {
    const field = await start(byUrl)
    await field.post('{}', { rest: '/well-2' })
    expect(field.stored).toMatchObject([{ device: 'well-2-id' }])
  })

  it('takes a list, each item a message as it came', async () => {
    const field = await start(byPath)
    const answer = await field.post(
      '[ {"id":"W1","pressure":1.0} ,{"id":"W1","pressure":2}]',
    )
    expect(await answer.json()).toMatchObject({ stored: 2 })
    expect(field.texts()).toEqual([
      '{"id":"W1","pressure":1.0}',
      '{"id":"W1","pressure":2}',
    ])
  })

  it('takes an empty list for what it is', async () => {
    const field = await start(byPath)
    expect(await (await field.post('[ ]')).json()).toMatchObject({ stored: 0 })
  })

  it('puts a stranger into the inbox and answers so that it is not sent again', async () => {
    const field = await start(byPath)
    const answer = await field.post('[{"id":"W1"},{"id":"W9","pressure":1}]')
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ stored: 1, unknown: 1, strangers: ['W9'] })
    expect(field.strangers).toMatchObject([
      { organisation: 'strandkoping', connection: 'field', identity: 'W9' },
    ])
    expect(Buffer.from(field.strangers[0]?.sample ?? []).toString()).toBe(
      '{"id":"W9","pressure":1}',
    )
  })

  it('is unpacked when it says gzip', async () => {
    const field = await start(byPath)
    const answer = await field.post(gzipSync('{"id":"W1"}'), {
      headers: { authorization: `Bearer ${token}`, 'content-encoding': 'gzip' },
    })
    expect(answer.status).toBe(200)
    expect(field.texts()).toEqual(['{"id":"W1"}'])
  })

  it('is taken without the byte order mark that some editors put in front', async () => {
    const field = await start(byPath)
    await field.post('\uFEFF{"id":"W1"}')
    expect(field.texts()).toEqual(['{"id":"W1"}'])
  })

  it('knows new devices after a reload, and those that are gone no more', async () => {
    const field = await start(byPath)
    await field.adapter.reload([deviceOf('http', 'well-3', { id: 'W3' })])
    const answer = await field.post('[{"id":"W1"},{"id":"W3"}]')
    expect(await answer.json()).toMatchObject({ stored: 1, strangers: ['W1'] })
    expect([...field.adapter.devices().keys()]).toEqual(['well-3-id'])
  })
})

const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
const bearer = { authorization: `Bearer ${token}` }
const json = { ...bearer, 'content-type': 'application/json' }

interface Bad {
  readonly what: string
  readonly body: Body
  readonly headers?: Record<string, string>
  readonly rest?: string
  readonly status: number
  readonly says: RegExp
}

const bad: readonly Bad[] = [
  { what: 'no JSON', body: 'hello', status: 400, says: /not JSON/ },
  { what: 'an empty body', body: '', status: 400, says: /not JSON/ },
  { what: 'half a list', body: '[{"id":"W1"}', status: 400, says: /never closed/ },
  { what: 'a comma too much', body: '[{"id":"W1"},]', status: 400, says: /item 2 of 2/ },
  { what: 'two lists', body: '[1],[2]', status: 400, says: /behind the end/ },
  {
    what: 'UTF-16',
    body: Buffer.from('{"id":"W1"}', 'utf16le'),
    status: 400,
    says: /not JSON|UTF-8/,
  },
  {
    what: 'Latin-1',
    body: Buffer.from('{"id":"å"}', 'latin1'),
    status: 400,
    says: /UTF-8/,
  },
  { what: 'deep nesting', body: deep, status: 400, says: /deeper|more than 16/ },
  { what: '__proto__', body: '{"id":"W1","__proto__":{}}', status: 400, says: /__proto__/ },
  { what: 'names twice', body: '{"id":"W1","id":"W2"}', status: 400, says: /twice/ },
  {
    what: 'no name of a device',
    body: '{"pressure":1}',
    status: 400,
    says: /which device/,
  },
  { what: 'an object as the name', body: '{"id":{}}', status: 400, says: /which device/ },
  {
    what: 'a name that never ends',
    body: `{"id":"${'x'.repeat(201)}"}`,
    status: 400,
    says: /which device/,
  },
  {
    what: 'a message over 64 KiB',
    body: `{"id":"W1","x":"${'x'.repeat(65_536)}"}`,
    status: 413,
    says: /65536/,
  },
  {
    what: 'a list over its limit',
    body: `[${'{},'.repeat(20)}{}]`,
    status: 400,
    says: /more than 20/,
  },
  {
    what: 'a body over its limit',
    body: 'x'.repeat(1_100_000),
    status: 413,
    says: /1048576/,
  },
  {
    what: 'a gzip bomb',
    body: gzipSync(Buffer.alloc(50_000_000)),
    headers: { ...json, 'content-encoding': 'gzip' },
    status: 413,
    says: /1048576/,
  },
  {
    what: 'gzip that is none',
    body: '{"id":"W1"}',
    headers: { ...json, 'content-encoding': 'gzip' },
    status: 400,
    says: /unpacked/,
  },
  {
    what: 'half of a gzip',
    body: gzipSync('{"id":"W1"}').subarray(0, 20),
    headers: { ...json, 'content-encoding': 'gzip' },
    status: 400,
    says: /unpacked/,
  },
  {
    what: 'another compression',
    body: 'x',
    headers: { ...json, 'content-encoding': 'br' },
    status: 415,
    says: /br/,
  },
  {
    what: 'another content type',
    body: '<a/>',
    headers: { ...bearer, 'content-type': 'application/xml' },
    status: 415,
    says: /xml/,
  },
  {
    what: 'a form',
    body: 'a=b',
    headers: { ...bearer, 'content-type': 'application/x-www-form-urlencoded' },
    status: 415,
    says: /form/,
  },
  {
    what: 'a parameter twice',
    body: '{"id":"W1"}',
    rest: '?a=1&a=2',
    status: 400,
    says: /more than once/,
  },
]

describe('what cannot be taken is refused whole, and says what, where and what next', () => {
  it.each(bad)('$what: $status', async ({ body, headers, rest, status, says }) => {
    const field = await start(byPath, { messages: 20 })
    const answer = await field.post(body, {
      headers: headers ?? json,
      ...(rest !== undefined && { rest }),
    })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    const problem = await answer.text()
    expect(problem).toMatch(says)
    expect(JSON.parse(problem)).toMatchObject({ status, detail: expect.any(String) })
    expect(field.stored).toEqual([])
  })

  it('a list with one bad item: nothing of it is stored', async () => {
    const field = await start(byPath)
    const answer = await field.post('[{"id":"W1"},{"id":"W1",}]')
    expect(await answer.json()).toMatchObject({ status: 400, where: 'item 2 of 2' })
    expect(field.stored).toEqual([])
    expect(field.refusals).toMatchObject([{ source: 'http:field', reason: 'not_taken' }])
  })

  it('another method: 405 and which one', async () => {
    const field = await start(byUrl)
    const answer = await fetch(`${field.address}/W1`, { headers: bearer })
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('POST')
  })

  it('garbage as the content type: 415, and the next request is taken', async () => {
    const field = await start(byPath)
    const headers = { ...bearer, 'content-type': 'application/json\t; \u00a0x/' }
    const answer = await field.post('{"id":"W1"}', { headers })
    expect([200, 415]).toContain(answer.status)
    expect((await field.post('{"id":"W1"}')).status).toBe(200)
  })
})
