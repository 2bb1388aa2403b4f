import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { ConnectionError } from 'fastify'
import type { ProblemDetails } from '../domain/problem.ts'
import { problemBody } from './problem-reply.ts'

interface Refused {
  readonly status: number
  readonly details: ProblemDetails
}

const next = '/docs shows what can be sent'

/** What Node's parser refuses, by its code. */
const refusals: ReadonlyMap<string, Refused> = new Map([
  [
    'ERR_HTTP_REQUEST_TIMEOUT',
    {
      status: 408,
      details: {
        kind: 'invalid',
        what: 'The request did not come to its end in time',
        why: 'A whole request is heard for 30 s',
        next: 'Send it again, faster or in smaller parts',
      },
    },
  ],
  [
    'HPE_HEADER_OVERFLOW',
    {
      status: 431,
      details: {
        kind: 'too_large',
        what: 'The headers are too large',
        where: 'headers',
        why: 'Address and headers together may have 16 KiB',
        next: 'Leave headers and cookies out that are not needed',
      },
    },
  ],
  [
    'HPE_CHUNK_EXTENSIONS_OVERFLOW',
    {
      status: 413,
      details: {
        kind: 'too_large',
        what: 'The pieces of the body say too much about themselves',
        where: 'body',
        next,
      },
    },
  ],
])

const noHttp: Refused = {
  status: 400,
  details: { kind: 'invalid', what: 'This is no HTTP/1.1 request', next },
}

/**
 * Answers bytes that are no request, as any other refusal, and hangs up: what else comes on this
 * connection cannot be read.
 */
export function refuseBadBytes(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  if (socket.writable) socket.write(answerTo(error))
  socket.destroy(error)
}

function answerTo({ code }: ConnectionError): string {
  const { status, details } = refusals.get(code) ?? noHttp
  const body = JSON.stringify(problemBody(status, details, undefined))
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'connection: close',
    '',
    body,
  ].join('\r\n')
}
