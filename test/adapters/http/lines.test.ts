import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { deviceOf, startIntake, token, type Body, type Intaking } from './intaking.ts'

let field: Intaking
afterEach(() => field[Symbol.asyncDispose]())

const settings = { format: 'line', identity: { tag: 'host' } }
const devices = [deviceOf('http', 'pump-1')]
const plain = {
  authorization: `Token ${token}`,
  'content-type': 'text/plain; charset=utf-8',
}

function write(
  body: Body,
  rest = '',
  headers: Readonly<Record<string, string>> = plain,
): Promise<Response> {
  return field.post(body, { rest: `/api/v2/write${rest}`, headers })
}

describe('a body of lines', () => {
  it('with lines of strangers is taken, and they wait in the inbox', async () => {
    field = await startIntake({ settings, devices })
    const answer = await write(
      'm,host=pump-1 n=1 1000\nm,host=other n=1 1000\nm,host=other n=2 2000',
    )
    expect(answer.status).toBe(204)
    expect(answer.headers.get('gatuvakt-stored')).toBe('1')
    expect(answer.headers.get('gatuvakt-unknown')).toBe('2')
    expect(field.strangers).toMatchObject([{ identity: 'other' }])
  })

  it('whose lines have no time get ours', async () => {
    field = await startIntake({ settings, devices })
    await write('m,host=pump-1 n=1')
    const [envelope] = field.stored
    expect(field.messages()).toMatchObject([{ time: envelope?.ingest }])
  })

  it('packed with gzip is unpacked', async () => {
    field = await startIntake({ settings, devices })
    const answer = await write(gzipSync('m,host=pump-1 n=1 1'), '', {
      ...plain,
      'content-encoding': 'gzip',
    })
    expect(answer.status).toBe(204)
    expect(field.stored).toHaveLength(1)
  })

  it.each([
    ['no tag for the device', 'm,site=x n=1', '', 400, /no tag host/],
    [
      'a time in another unit',
      'm,host=pump-1 n=1 1795000000000000000',
      '?precision=s',
      400,
      /out of range/,
    ],
    ['an unknown precision', 'm,host=pump-1 n=1', '?precision=week', 400, /precision/],
    ['no lines at all', 'what is this', '', 400, /line 1/],
    ['too many lines', 'm,host=pump-1 n=1\n'.repeat(51), '', 413, /more than 50/],
    ['no UTF-8', Buffer.from('m,host=å n=1', 'latin1'), '', 400, /UTF-8/],
    ['a line too long', `m,host=pump-1 n="${'x'.repeat(70_000)}"`, '', 400, /too long/],
  ] as const)('%s: refused', async (...row) => {
    const [, body, rest, status, says] = row
    field = await startIntake({ settings, devices, limits: { messages: 50 } })
    const answer = await write(body, rest)
    expect(answer.status).toBe(status)
    expect(await answer.text()).toMatch(says)
    expect(field.stored).toEqual([])
  })

  it('that is empty is fine', async () => {
    field = await startIntake({ settings, devices })
    expect((await write('')).status).toBe(204)
    expect((await write('\n# nothing\n')).status).toBe(204)
  })

  it('anywhere else at the connection finds nothing', async () => {
    field = await startIntake({ settings, devices })
    expect(
      (await field.post('m n=1', { rest: '/api/v3/write', headers: plain })).status,
    ).toBe(404)
  })
})
