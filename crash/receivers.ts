import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { startSmtpSink } from '../test/support/smtp.ts'

/** A call as its receiver got it. */
export interface Call {
  /** The header webhook-id. */
  readonly id: string
  /** The event it tells of. */
  readonly event: string
}

/** Those who get what the service sends: a mail server and a program that listens. No kill touches them. */
export interface Receivers extends AsyncDisposable {
  readonly mailUrl: string
  readonly hookUrl: string
  /** Ids of rows of the outbox that letters were written for, each time one came. */
  letters(): readonly string[]
  calls(): readonly Call[]
}

const body = z.object({ data: z.object({ event: z.object({ id: z.string() }) }) })

export async function startReceivers(): Promise<Receivers> {
  const sink = await startSmtpSink()
  const calls: Call[] = []
  const server = createServer((request, response) => void hear(request, response))
  async function hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { event } = body.parse(JSON.parse(await text(request))).data
    calls.push({ id: String(request.headers['webhook-id']), event: event.id })
    response.end()
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    mailUrl: sink.url,
    hookUrl: `http://127.0.0.1:${port}/hook`,
    letters: () => sink.received.map(({ source }) => rowOf(source)),
    calls: () => calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await sink[Symbol.asyncDispose]()
    },
  }
}

/** Our letters are called `<row.organisation@domain>`. */
function rowOf(source: string): string {
  return /^message-id: <([0-9a-f]{32})\./im.exec(source)?.[1] ?? 'a letter without a name'
}
