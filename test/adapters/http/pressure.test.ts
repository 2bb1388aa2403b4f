import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { until } from '../../support/until.ts'
import { deviceOf, startIntake, token, type Intaking } from './intaking.ts'

let field: Intaking
afterEach(() => field[Symbol.asyncDispose]())

const devices = [deviceOf('http', 'well-1', { id: 'W1' })]
const settings = { format: 'json', identity: { path: '$.id' } }
const numbered = (n: number): string => `{"id":"W1","n":${n},"x":"${'x'.repeat(1_000)}"}`

/** A log that holds everything until it is let go. */
function gate(): {
  readonly pass: () => Promise<void>
  open(): void
  readonly waiting: () => number
} {
  let release: (() => void)[] = []
  let isOpen = false
  return {
    pass: () =>
      isOpen ? Promise.resolve() : new Promise((resolve) => release.push(resolve)),
    waiting: () => release.length,
    open() {
      isOpen = true
      for (const go of release) go()
      release = []
    },
  }
}

/** Sends until it is answered so. */
async function untilAnswered(status: number): Promise<void> {
  await until(async () => (await field.post('{"id":"W1"}')).status === status)
}

describe('under pressure', () => {
  it('a sender is told to come again, and when it does nothing is lost and nothing twice', async () => {
    const log = gate()
    field = await startIntake({
      settings,
      devices,
      append: log.pass,
      limits: { pendingBytesEach: 4_000 },
    })
    const first = [1, 2, 3].map((n) => field.post(numbered(n)))
    await until(() => log.waiting() === 3)
    const refused = await field.post(numbered(4))
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('5')
    expect(await refused.json()).toMatchObject({
      status: 429,
      next: 'Send it again in 5 s',
    })
    log.open()
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200, 200])
    expect((await field.post(numbered(4))).status).toBe(200)
    const numbers = field.messages().map((message) => (message as { n: number }).n)
    expect(numbers.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4])
  })

  it('what a sender announces counts before it is sent', async () => {
    field = await startIntake({ settings, devices, limits: { pendingBytes: 500 } })
    expect((await field.post(numbered(1))).status).toBe(429)
    expect((await field.post('{"id":"W1"}')).status).toBe(200)
  })

  it('what comes in pieces counts as it comes', async () => {
    field = await startIntake({ settings, devices, limits: { pendingBytes: 5_000 } })
    const pieces = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 20; i += 1) controller.enqueue(Buffer.alloc(1_000, 0x20))
        controller.close()
      },
    })
    const init = { duplex: 'half' } as RequestInit
    expect((await field.post(pieces, init)).status).toBe(429)
    expect((await field.post('{"id":"W1"}')).status).toBe(200)
  })

  it('one sender does not keep out the others', async () => {
    const log = gate()
    field = await startIntake({
      settings,
      devices,
      append: log.pass,
      limits: { pendingBytesEach: 1_500 },
    })
    const slow = field.post(numbered(1))
    await until(() => log.waiting() === 1)
    expect((await field.post(numbered(2))).status).toBe(429)
    log.open()
    expect((await slow).status).toBe(200)
  })

  it('a sender that leaves in the middle gives back its room', async () => {
    field = await startIntake({ settings, devices, limits: { pendingBytes: 10_000 } })
    const { hostname, port } = new URL(field.url)
    const socket = connect(Number(port), hostname)
    socket.write(
      `POST /ingest/v1/strandkoping/field HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n{"id`,
    )
    await untilAnswered(429)
    expect(field.stored).toEqual([])
    socket.destroy()
    await untilAnswered(200)
    expect(field.stored).toHaveLength(1)
  })

  it('a body in pieces that never ends is cut where the connection ends', async () => {
    field = await startIntake({ settings: { ...settings, maxBody: 10_000 }, devices })
    const { hostname, port } = new URL(field.url)
    const socket = connect(Number(port), hostname)
    socket.on('error', () => undefined)
    let heard = ''
    socket.on('data', (bytes) => (heard += bytes.toString()))
    socket.write(
      `POST /ingest/v1/strandkoping/field HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
    )
    const chunk = `3e8\r\n${' '.repeat(1_000)}\r\n`
    const send = (): boolean =>
      socket.writable && socket.write(chunk, () => heard === '' && send())
    send()
    await until(() => heard.includes('413'))
    socket.destroy()
    expect((await field.post('{"id":"W1"}')).status).toBe(200)
  })

  it('a request with a mountain of headers is none', async () => {
    field = await startIntake({ settings, devices })
    const headers = Object.fromEntries(
      Array.from({ length: 2_000 }, (_, i) => [`x-h${i}`, 'x'.repeat(20)]),
    )
    const answer = await field.post('{"id":"W1"}', { headers })
    expect(answer.status).toBe(431)
    expect(field.stored).toEqual([])
  })

  it('a body that is announced smaller than it is ends where it was announced', async () => {
    field = await startIntake({ settings, devices })
    const { hostname, port } = new URL(field.url)
    const socket = connect(Number(port), hostname)
    socket.on('error', () => undefined)
    const head = `POST /ingest/v1/strandkoping/field HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\n`
    socket.end(`${head}content-length: 11\r\n\r\n{"id":"W1"}garbage`)
    await until(() => field.stored.length === 1)
    expect(field.texts()).toEqual(['{"id":"W1"}'])
  })
})

describe('a log that refuses', () => {
  it('has the sender come again; the connection says so until it works', async () => {
    let full = true
    field = await startIntake({
      settings,
      devices,
      append: async () => {
        if (full) throw new Error('the log is full')
      },
    })
    const answer = await field.post(numbered(1))
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('10')
    expect(await answer.json()).toMatchObject({
      detail: expect.stringContaining('Not everything'),
      next: expect.stringContaining('again'),
    })
    expect(field.adapter.health()).toMatchObject({
      state: 'degraded',
      lastError: 'the log is full',
    })
    full = false
    expect((await field.post(numbered(1))).status).toBe(200)
    expect(field.adapter.health()).toMatchObject({ state: 'online' })
    expect(field.stored).toHaveLength(1)
  })

  it('tells nobody of strangers whose delivery comes again', async () => {
    let full = true
    field = await startIntake({
      settings,
      devices,
      append: async () => {
        if (full) throw new Error('the log is full')
      },
    })
    const body = '[{"id":"W1"},{"id":"W9"}]'
    await field.post(body)
    expect(field.strangers).toEqual([])
    full = false
    await field.post(body)
    expect(field.strangers).toHaveLength(1)
  })
})

describe('the health of a connection', () => {
  it('waits for what is under way when it ends', async () => {
    const log = gate()
    field = await startIntake({ settings, devices, append: log.pass })
    const answer = field.post(numbered(1))
    await until(() => log.waiting() === 1)
    let ended = false
    const ending = field.adapter[Symbol.asyncDispose]().then(() => (ended = true))
    expect(ended).toBe(false)
    log.open()
    await ending
    expect((await answer).status).toBe(200)
    expect(field.stored).toHaveLength(1)
  })

  it('names devices that cannot be heard on it', async () => {
    field = await startIntake({
      settings,
      devices: [
        ...devices,
        deviceOf('lorawan', 'lamp-1', { devEui: '0102030405060708' }),
        deviceOf('http', 'well-2', { id: 'W1' }),
      ],
    })
    await field.post('{"id":"W1"}')
    expect(field.adapter.health()).toMatchObject({
      state: 'degraded',
      detail: expect.stringContaining('2 devices'),
    })
    expect(Object.fromEntries(field.adapter.devices())).toMatchObject({
      'well-1-id': { state: 'online' },
      'well-2-id': { state: 'offline', detail: expect.stringContaining('same address') },
      'lamp-1-id': { state: 'offline', detail: expect.stringContaining('lorawan') },
    })
  })
})
