import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApi, type TestApi } from '../support/api.ts'
import { north } from '../support/database.ts'
import { until } from '../support/until.ts'

let api: TestApi
let port: number

beforeAll(async () => {
  api = await openTestApi()
  port = Number(new URL(await api.app.listen({ host: '127.0.0.1', port: 0 })).port)
})
afterAll(() => api[Symbol.asyncDispose]())

/** Bytes to the real listener, and what it says to them. */
class Stranger implements Disposable {
  readonly socket: Socket
  heard = ''
  readonly closed: Promise<unknown>

  constructor(bytes: string | Uint8Array = '') {
    this.socket = connect(port, '127.0.0.1')
    // A reset is what somebody gets who speaks on after a refusal.
    this.socket.on('error', () => undefined)
    this.socket.on('data', (chunk) => (this.heard += chunk.toString('latin1')))
    this.closed = new Promise((resolve) => this.socket.once('close', resolve))
    this.socket.write(bytes)
  }

  /** The status, once the service has said it and hung up. */
  async refused(): Promise<string> {
    await this.closed
    return /^HTTP\/1\.1 (\d{3})/.exec(this.heard)?.[1] ?? 'nothing'
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }
}

const report = `POST /api/v1/organisations/north/reports HTTP/1.1\r\nhost: vakt.example\r\ncontent-type: application/json\r\n`
const many = (count: number, line: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => line(at)).join('')

/** Somebody else is served as if nothing had happened, and nothing came of it. */
async function expectWell(): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`)
  expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }])
  expect(await api.cases.list(north, { which: 'all', limit: 10 })).toEqual([])
  expect(api.logged.filter(({ level }) => Number(level) >= 40)).toEqual([])
}

describe('what comes over a connection', () => {
  it.each([
    ['no HTTP at all', '\0\u0001\u0002\r\n\r\n', '400'],
    ['TLS', Buffer.from('16030100f1010000ed0303', 'hex'), '400'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '400'],
    ['an unknown method', 'STEAL / HTTP/1.1\r\nhost: x\r\n\r\n', '400'],
    ['a blank in the address', 'GET /a b HTTP/1.1\r\nhost: x\r\n\r\n', '400'],
    ['a bare line feed in a header', `${report}x: a\nb\r\n\r\n`, '400'],
    ['NUL in a header', `${report}x: a\0b\r\n\r\n`, '400'],
    ['10,000 headers', `${report}${many(10_000, (n) => `h${n}: x\r\n`)}\r\n`, '431'],
    ['a header of 100 KB', `${report}x: ${'a'.repeat(100_000)}\r\n\r\n`, '431'],
    ['an address of 100 KB', `GET /${'a'.repeat(100_000)} HTTP/1.1\r\n\r\n`, '431'],
    ['a length that is none', `${report}content-length: ten\r\n\r\n`, '400'],
    ['a negative length', `${report}content-length: -1\r\n\r\n`, '400'],
    ['two lengths', `${report}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`, '400'],
    [
      'a length beside pieces',
      `${report}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      '400',
    ],
    ['a piece without a size', `${report}transfer-encoding: chunked\r\n\r\nzz\r\n`, '400'],
    [
      'a piece longer than it says',
      `${report}transfer-encoding: chunked\r\n\r\n2\r\n{}{}\r\n0\r\n\r\n`,
      '400',
    ],
    [
      'a piece that says 100 KB about itself',
      `${report}transfer-encoding: chunked\r\n\r\n2;${'x'.repeat(100_000)}\r\n{}\r\n`,
      '413',
    ],
  ])(
    'as %s is refused with a reason, and the connection ends',
    async (_, bytes, status) => {
      using stranger = new Stranger(bytes)
      expect(await stranger.refused()).toBe(status)
      const [head = '', body = ''] = stranger.heard.split('\r\n\r\n')
      expect(head).toContain('content-type: application/problem+json')
      expect(JSON.parse(body)).toMatchObject({
        status: Number(status),
        detail: expect.any(String),
        next: expect.any(String),
      })
      expect(stranger.heard).not.toMatch(/node_modules|\.ts:|HPE_/)
      await expectWell()
    },
  )

  it('as a request to no host is refused', async () => {
    using stranger = new Stranger('GET /healthz HTTP/1.1\r\n\r\n')
    expect(await stranger.refused()).toBe('400')
    await expectWell()
  })

  it('as a body in pieces that never ends is cut at its bound', async () => {
    using stranger = new Stranger(`${report}transfer-encoding: chunked\r\n\r\n`)
    const piece = `2710\r\n${' '.repeat(10_000)}\r\n`
    let sent = 0
    const send = (): void => {
      if (stranger.heard !== '' || !stranger.socket.writable) return
      sent += piece.length
      stranger.socket.write(piece, (error) => (error == null ? send() : undefined))
    }
    send()
    await until(() => stranger.heard.includes('\r\n\r\n{'))
    expect(stranger.heard).toContain('HTTP/1.1 413')
    expect(stranger.heard).toContain('The body is too large')
    // What lies in the sockets on the way comes on top of the 256 KiB.
    expect(sent).toBeLessThan(20_000_000)
    await expectWell()
  })

  it('as a request that is broken off is nothing', async () => {
    const body = '{"category":"light-out","asset":"lamp-17","language":"sv"}'
    for (const cut of [0, 1, body.length - 1]) {
      using stranger = new Stranger(
        `${report}content-length: ${body.length}\r\n\r\n${body.slice(0, cut)}`,
      )
      await once(stranger.socket, 'connect')
      stranger.socket.end()
      await stranger.closed
    }
    await expectWell()
  })

  it('byte by byte, or not at all, keeps nobody else out', async () => {
    using all = new DisposableStack()
    const slow = Array.from({ length: 300 }, (_, at) =>
      all.use(new Stranger(at % 2 === 0 ? '' : `${report}content-length: 100\r\n\r\n{`)),
    )
    await Promise.all(slow.map(({ socket }) => once(socket, 'connect')))
    const [first] = slow
    for (const byte of report) first?.socket.write(byte)
    await expectWell()
    expect(slow.every(({ heard }) => heard === '')).toBe(true)
    // They are sent away in time: a whole request is heard for 30 s, a silent connection for 60 s.
    const { requestTimeout, timeout } = api.app.server
    expect([requestTimeout, timeout]).toEqual([30_000, 60_000])
  })

  it('in one go is answered in order, each for itself', async () => {
    const good = 'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n'
    using stranger = new Stranger(good.repeat(50))
    await until(() => stranger.heard.split('{"status":"ok"}').length === 51)
    await expectWell()
  })
})
