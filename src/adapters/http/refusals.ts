import { STATUS_CODES } from 'node:http'
import type { FastifyReply } from 'fastify'
import { Problem, type ProblemDetails } from '../../domain/problem.ts'
import { problemAnswer, statusOf } from '../../domain/problem-answer.ts'
import { UnsupportedBody, WrongMethod } from './delivery.ts'

/** Whose words a refusal is told in: RFC 9457, or what clients of InfluxDB and TALQ gateways read. */
export type Face = 'problem' | 'influx1' | 'influx2' | 'talq'

interface Told {
  readonly status: number
  readonly details: ProblemDetails
  readonly headers: Readonly<Record<string, string>>
}

/** Tells why a request was refused. What is no expected refusal is a fault of ours and tells nothing. */
export function sendRefusal(error: unknown, reply: FastifyReply, face: Face): void {
  const { status, details, headers } = told(error)
  if (status === 500) reply.log.error({ err: error }, 'a delivery over HTTP failed')
  const wait = details.facts?.['retryAfterSeconds']
  void reply
    .code(status)
    .headers({
      ...headers,
      ...(typeof wait === 'number' && { 'retry-after': String(wait) }),
      ...(face === 'influx1' && { 'x-influxdb-error': headerText(sentence(details)) }),
    })
    .type(face === 'problem' ? 'application/problem+json' : 'application/json')
    .send(JSON.stringify(bodies[face](status, details)))
}

const bodies: Readonly<Record<Face, (status: number, details: ProblemDetails) => unknown>> =
  {
    problem: (status, details) => problemAnswer(status, STATUS_CODES[status], details),
    influx1: (_status, details) => ({ error: sentence(details) }),
    influx2: (status, details) => ({
      code: influxCodes[status] ?? 'internal error',
      message: sentence(details),
      ...(details.facts?.['line'] !== undefined && { line: details.facts['line'] }),
    }),
    talq: (status, details) => [
      { key: talqKey(status, details), description: sentence(details) },
    ],
  }

/** The codes of InfluxDB 2's API. */
const influxCodes: Readonly<Record<number, string>> = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not found',
  405: 'method not allowed',
  413: 'request too large',
  415: 'unsupported media type',
  429: 'too many requests',
  503: 'unavailable',
}

function talqKey(status: number, { facts }: ProblemDetails): string {
  const key = facts?.['talq']
  if (typeof key === 'string') return key
  if (status === 404) return 'resourceNotFound'
  return status === 400 ? 'payloadError' : 'genericError'
}

function sentence({ what, where, why, next }: ProblemDetails): string {
  const place = where === undefined ? '' : ` (${where})`
  return [`${what}${place}`, why, next].filter((part) => part !== undefined).join('. ')
}

function headerText(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 500)
}

function told(error: unknown): Told {
  if (error instanceof Problem) {
    const status = statusOf[error.details.kind]
    const headers: Record<string, string> =
      status === 401 ? { 'www-authenticate': 'Bearer' } : {}
    return { status, details: error.details, headers }
  }
  if (error instanceof UnsupportedBody) {
    const details = {
      kind: 'invalid',
      what: error.message,
      where: 'body',
      next: error.next,
    } as const
    return { status: 415, details, headers: {} }
  }
  if (error instanceof WrongMethod) {
    const details = { kind: 'invalid', what: error.message, where: 'method' } as const
    return { status: 405, details, headers: { allow: error.allow } }
  }
  return fromFramework(error) ?? { status: 500, details: internal, headers: {} }
}

const internal: ProblemDetails = {
  kind: 'unavailable',
  what: 'Something went wrong inside the service',
  why: 'It is a fault of the service, not of the request',
  next: 'Send it again later; the log of the service says more',
}

/** What the server refuses by itself with 4xx; its words are not passed on. */
function fromFramework(error: unknown): Told | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined
  const status = error.statusCode
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined
  const what = `The request was refused: ${STATUS_CODES[status] ?? status}`
  return { status, details: { kind: 'invalid', what }, headers: {} }
}
