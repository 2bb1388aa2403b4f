import { STATUS_CODES } from 'node:http'
import { hasZodFastifySchemaValidationErrors } from '@fastify/type-provider-zod'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifySchemaValidationError } from 'fastify/types/schema.js'
import { z } from 'zod'
import { DatabaseBusyError } from '../database/database.ts'
import { DatabaseLostError } from '../database/errors.ts'
import { Problem, type ProblemDetails, type ProblemKind } from '../domain/problem.ts'
import { problemAnswer, statusOf } from '../domain/problem-answer.ts'

/** RFC 9457, and the four questions every refusal answers. */
export const problemView = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  where: z.string().optional(),
  why: z.string().optional(),
  next: z.string().optional(),
  facts: z.record(z.string(), z.unknown()).optional(),
  /** Names this failure in the service's own log. Only with 5xx, so that refusals do not differ. */
  instance: z.string().optional(),
})
export type ProblemView = z.infer<typeof problemView>

/** Most fields a refusal names, and how much of each message it repeats. */
const FIELDS = 20
const MESSAGE = 300

/** The one error handler: whatever was thrown becomes a problem that tells no internals. */
export function replyProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { status, details } = describe(error)
  if (status >= 500) {
    const level = status === 503 ? 'warn' : 'error'
    request.log[level]({ err: error, request: request.id }, 'request failed')
  }
  const wait = retryAfter(details)
  if (wait !== undefined && !reply.hasHeader('retry-after')) {
    void reply.header('retry-after', wait)
  }
  void reply
    .code(status)
    .type('application/problem+json')
    .send(problemBody(status, details, status >= 500 ? request.id : undefined))
}

/** The body of a problem; `id` names it in the log. */
export function problemBody(
  status: number,
  details: ProblemDetails,
  id: string | undefined,
): ProblemView {
  const instance = id === undefined ? {} : { instance: `urn:gatuvakt:request:${id}` }
  return { ...problemAnswer(status, STATUS_CODES[status], details), ...instance }
}

interface Described {
  readonly status: number
  readonly details: ProblemDetails
}

function describe(error: unknown): Described {
  if (error instanceof Problem) {
    return { status: statusOf[error.details.kind], details: error.details }
  }
  if (error instanceof DatabaseBusyError) return { status: 503, details: busy }
  if (error instanceof DatabaseLostError) return { status: 503, details: lost }
  if (hasZodFastifySchemaValidationErrors(error)) {
    return { status: 400, details: wrongFields(error) }
  }
  return frameworkRefusal(error) ?? { status: 500, details: internal }
}

const busy: ProblemDetails = {
  kind: 'unavailable',
  what: 'The database has too much to do',
  next: 'Try again in a few seconds',
  facts: { retryAfterSeconds: 2 },
}

const lost: ProblemDetails = {
  kind: 'unavailable',
  what: 'The database cannot be reached',
  next: 'Try again in a minute; /readyz says when it is back',
  facts: { retryAfterSeconds: 30 },
}

const internal: ProblemDetails = {
  kind: 'unavailable',
  what: 'Something went wrong inside the service',
  why: 'It is a fault of the service, not of the request',
  next: 'Give the id in `instance` to whoever runs the service; its log says more',
}

interface FieldErrors {
  readonly validation: readonly FastifySchemaValidationError[]
  readonly validationContext?: string | undefined
}

function wrongFields(error: FieldErrors): ProblemDetails {
  const from = error.validationContext === 'querystring' ? 'query' : error.validationContext
  const fields = error.validation.slice(0, FIELDS).map((issue) => ({
    where: [from, ...issue.instancePath.split('/').filter(Boolean)].join('.'),
    what: (issue.message ?? 'is wrong').slice(0, MESSAGE),
  }))
  const [first] = fields
  return {
    kind: 'invalid',
    what: `The request is not as it should be: ${first?.what ?? 'it is wrong'}`,
    ...(first !== undefined && { where: first.where }),
    next: 'Mend the fields that `facts` names; /docs shows what each one may be',
    facts: { fields },
  }
}

/** What Fastify and its plugins refuse by themselves, by their code; messages are never passed on. */
const refusals: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not JSON',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is empty, but the content type says JSON',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as content-length says',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'The content type is not one that can be read here',
  FST_ERR_CTP_BODY_TOO_LARGE: 'The body is too large',
  FST_ERR_BAD_URL: 'The address is not a valid URL',
  FST_ERR_MAX_PARAM_LENGTH: 'A part of the address is too long',
}

/** A 4xx that Fastify or a plugin decided on; undefined for everything else. */
function frameworkRefusal(error: unknown): Described | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined
  const status = error.statusCode
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return {
    status,
    details: {
      kind: kindOf(status),
      what: refusals[code] ?? `The request was refused: ${STATUS_CODES[status] ?? status}`,
      ...(status === 400 && { where: 'body' }),
      next: '/docs shows what can be sent',
    },
  }
}

function kindOf(status: number): ProblemKind {
  if (status === 404) return 'not_found'
  if (status === 413) return 'too_large'
  return status === 429 ? 'too_many' : 'invalid'
}

function retryAfter(details: ProblemDetails): number | undefined {
  if (details.kind !== 'too_many' && details.kind !== 'unavailable') return undefined
  const seconds = details.facts?.['retryAfterSeconds']
  return typeof seconds === 'number' ? Math.ceil(seconds) : 10
}

export function notFound(): Problem {
  return new Problem({
    kind: 'not_found',
    what: 'There is nothing at this address',
    next: '/docs lists every address',
  })
}
