import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer as createTlsServer } from 'node:https'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { SentCall } from '../../src/delivery/call.ts'
import {
  GoneError,
  RetryLaterError,
  UndeliverableError,
} from '../../src/delivery/letter.ts'
import { createOutbox } from '../../src/delivery/outbox.ts'
import { createCaller, type CallerParts } from '../../src/delivery/webhook.ts'
import { durationUs, later, SECOND, timeUs } from '../../src/domain/time.ts'
import { makeCertificates } from '../support/certificates.ts'
import { north } from '../support/database.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { openFixture } from './fixture.ts'

interface Heard {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly url: string
}

interface Receiver extends AsyncDisposable {
  readonly url: string
  readonly heard: readonly Heard[]
  answer: (response: ServerResponse) => void
}

async function startReceiver(): Promise<Receiver> {
  const heard: Heard[] = []
  const receiver = {
    answer: (response: ServerResponse) => void response.writeHead(204).end(),
  }
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (part: string) => (body += part))
    request.on('end', () => {
      heard.push({ headers: request.headers, body, url: request.url ?? '' })
      receiver.answer(response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${port}/hook`,
    heard,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}

const secrets = { crew: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', plain: 'a plain secret' }
const own = ['127.0.0.0/8', '::1/128']
const now = timeUs(Date.now() * 1_000)

let receiver: Receiver
beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(async () => {
  await receiver[Symbol.asyncDispose]()
})

function callTo(
  more: Partial<SentCall> = {},
  parts: Partial<CallerParts> = {},
): Promise<void> {
  return createCaller({ secrets, allow: own, clock: systemClock, ...parts }).call({
    organisation: north,
    id: 'delivery-1',
    date: now,
    url: receiver.url,
    contentType: 'application/json',
    body: '{"text":"Pumpen står på Åsgatan"}',
    ...more,
  })
}

function answering(status: number, headers: Readonly<Record<string, string>> = {}): void {
  receiver.answer = (response) => void response.writeHead(status, headers).end('no')
}

describe('a webhook', () => {
  it.each(['crew', 'plain'] as const)(
    'is signed so that its receiver can tell (%s)',
    async (secret) => {
      await callTo({ secret })
      const [heard] = receiver.heard
      expect(heard?.headers).toMatchObject({
        'content-type': 'application/json',
        'webhook-id': 'delivery-1',
      })
      const key =
        secret === 'crew'
          ? new Webhook(secrets.crew)
          : new Webhook(secrets.plain, { format: 'raw' })
      const headers = heard?.headers as Record<string, string>
      expect(key.verify(heard?.body ?? '', headers)).toEqual({
        text: 'Pumpen står på Åsgatan',
      })
      expect(() => key.verify(`${heard?.body} `, headers)).toThrow('No matching signature')
    },
  )

  it('carries an authorization and no signature when that is asked for', async () => {
    await callTo({ authorization: 'plain' })
    expect(receiver.heard[0]?.headers.authorization).toBe('a plain secret')
    expect(receiver.heard[0]?.headers['webhook-signature']).toBeUndefined()
  })

  it('whose secret nobody set is tried again', async () => {
    const error: unknown = await callTo({ secret: 'missing' }).catch((one: unknown) => one)
    expect(error).not.toBeInstanceOf(UndeliverableError)
    expect(String(error)).toContain('no secret "missing"')
    expect(receiver.heard).toEqual([])
  })

  it.each([400, 401, 404, 422, 301, 302, 307])(
    'that is answered %d has failed',
    async (status) => {
      answering(status, { location: 'http://127.0.0.1:1/elsewhere' })
      await expect(callTo()).rejects.toBeInstanceOf(UndeliverableError)
      expect(receiver.heard).toHaveLength(1)
    },
  )

  it('that is answered 410 is never wanted again', async () => {
    answering(410)
    await expect(callTo()).rejects.toBeInstanceOf(GoneError)
  })

  it.each([408, 429, 500, 502, 503])(
    'that is answered %d is tried again',
    async (status) => {
      answering(status)
      const error: unknown = await callTo().catch((one: unknown) => one)
      expect(error).toBeInstanceOf(Error)
      expect(error).not.toBeInstanceOf(UndeliverableError)
      expect(error).not.toBeInstanceOf(RetryLaterError)
    },
  )

  it.each([
    ['120', 120],
    ['0', 1],
    ['999999', 3_600],
    [new Date(now / 1_000 + 90_000).toUTCString(), 90],
    ['Mon, 01 Jan 2001 00:00:00 GMT', 1],
  ])('is tried again when the receiver says: %s', async (text, seconds) => {
    answering(429, { 'retry-after': text })
    const error: unknown = await callTo().catch((one: unknown) => one)
    expect(error).toBeInstanceOf(RetryLaterError)
    const after = error instanceof RetryLaterError ? error.after / SECOND : 0
    expect(Math.abs(after - seconds)).toBeLessThanOrEqual(1)
  })

  it('that is not answered in time is tried again', async () => {
    receiver.answer = () => undefined
    const timeout = durationUs(SECOND / 10)
    await expect(callTo({}, { timeout })).rejects.toThrow('no answer in time')
  })

  it('whose receiver vouches for itself is not called', async () => {
    await using folder = await temporaryFolder()
    await makeCertificates(folder.path, {})
    const [key, cert] = await Promise.all(
      ['key', 'crt'].map((end) => readFile(join(folder.path, `stranger.${end}`))),
    )
    const heard: string[] = []
    const server = createTlsServer({ key, cert }, (asked, response) => {
      heard.push(asked.url ?? '')
      response.end()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await expect(callTo({ url: `https://127.0.0.1:${port}/hook` })).rejects.toThrow(
      /self-signed certificate/,
    )
    server.close()
    expect(heard).toEqual([])
  })

  it('is done with the head of an answer that never ends', async () => {
    const ended = Promise.withResolvers<void>()
    receiver.answer = (response) => {
      response.writeHead(200)
      const more = (): void => {
        while (response.write(Buffer.alloc(65_536)));
      }
      response.on('drain', more).on('close', () => ended.resolve())
      more()
    }
    await callTo()
    await ended.promise
    expect(receiver.heard).toHaveLength(1)
  })

  it('does not wait for the rest of an answer', async () => {
    receiver.answer = (response) => void response.writeHead(200).write('and')
    await callTo()
    expect(receiver.heard).toHaveLength(1)
  })

  it('that is a book is not sent', async () => {
    await expect(callTo({ body: 'a'.repeat(100_001) })).rejects.toThrow('too long')
  })
})

describe('an address inside', () => {
  it('is refused unless the process allows it', async () => {
    await expect(callTo({}, { allow: [] })).rejects.toBeInstanceOf(UndeliverableError)
    const port = new URL(receiver.url).port
    // A name is looked up, and what comes of it is held against the wall.
    const byName = { url: `http://localhost:${port}/hook` }
    await expect(callTo(byName, { allow: [] })).rejects.toThrow('private network')
    expect(receiver.heard).toEqual([])
    await callTo(byName)
    expect(receiver.heard).toHaveLength(1)
  })
})

describe('the outbox', () => {
  it('calls with the same id in every try, and when the receiver asked for it', async () => {
    await using here = await openFixture()
    answering(503, { 'retry-after': '40' })
    const gone: string[] = []
    await using outbox = createOutbox(
      here.parts({
        calls: {
          renderers: {
            hook: async () => ({
              url: receiver.url,
              contentType: 'application/json',
              body: '{}',
              secret: 'crew',
            }),
          },
          caller: createCaller({ secrets, allow: own, clock: systemClock }),
          gone: async (_, { error }) => void gone.push(error),
        },
      }),
    )
    await here.put('row-1', { kind: 'hook' })
    await outbox.drain()
    expect((await here.rows())[0]?.due_at).toBe(
      later(here.clock.now(), durationUs(40 * SECOND)),
    )
    here.clock.advance(durationUs(40 * SECOND))
    answering(410)
    await outbox.drain()
    expect(receiver.heard.map(({ headers }) => headers['webhook-id'])).toEqual([
      'row-1',
      'row-1',
    ])
    expect(await here.rows()).toMatchObject([{ attempts: 2, delivered_at: null }])
    expect((await here.rows())[0]?.failed_at).not.toBeNull()
    expect(gone).toEqual(['the receiver answered 410'])
  })
})
