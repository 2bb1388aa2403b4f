import { STATUS_CODES } from 'node:http'
import type { FastifyBaseLogger } from 'fastify'
import { DatabaseBusyError } from '../database/database.ts'
import { DatabaseLostError } from '../database/errors.ts'
import { Problem, type ProblemDetails, type ProblemKind } from '../domain/problem.ts'

/** The contract knows 404, 403 and 400; the rest is what HTTP has for it. */
const statusOf = {
  invalid: 400,
  conflict: 400,
  reused: 400,
  unauthenticated: 403,
  forbidden: 403,
  not_found: 404,
  too_large: 413,
  too_many: 429,
  unavailable: 503,
} as const satisfies Record<ProblemKind, number>

/** How a refusal is told. */
export interface Refusal {
  readonly status: number
  readonly description: string
  readonly retryAfter: number | undefined
}

/** Whatever was thrown, in one sentence that tells no internals. */
export function refusalOf(error: unknown, log: FastifyBaseLogger): Refusal {
  if (error instanceof Problem) return ofProblem(error.details)
  if (error instanceof DatabaseBusyError || error instanceof DatabaseLostError) {
    log.warn({ err: error }, 'a partner has to wait for the database')
    return { status: 503, description: 'Try again in a minute', retryAfter: 30 }
  }
  const status = statusIn(error)
  if (status !== undefined) {
    const words = STATUS_CODES[status] ?? 'Refused'
    return { status, description: words, retryAfter: undefined }
  }
  log.error({ err: error }, 'a request of a partner failed')
  const description = 'Something went wrong inside the service'
  return { status: 500, description, retryAfter: undefined }
}

function ofProblem({ kind, what, where, next, facts }: ProblemDetails): Refusal {
  const named = where === undefined || what.includes(where) ? what : `${where}: ${what}`
  const sentence = [named, next].filter((part) => part !== undefined).join('. ')
  const wait = facts?.['retryAfterSeconds']
  return {
    status: statusOf[kind],
    description: sentence,
    retryAfter: typeof wait === 'number' ? Math.ceil(wait) : undefined,
  }
}

/** What the server and its plug-ins refuse by themselves. */
function statusIn(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined
  const { statusCode } = error
  const refused = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
  if (!refused) return undefined
  // The contract has no other word for a form that cannot be read.
  return statusCode === 406 || statusCode === 422 ? 400 : statusCode
}
