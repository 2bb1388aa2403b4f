import type { ProblemDetails, ProblemKind } from './problem.ts'

/** The status of HTTP that says what kind of refusal it is. */
export const statusOf: Readonly<Record<ProblemKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  // As the IETF's draft on the header Idempotency-Key says (draft-ietf-httpapi-idempotency-key-header, 2.7).
  reused: 422,
  too_large: 413,
  too_many: 429,
  unavailable: 503,
}

/** The members of RFC 9457, `detail` being what is wrong, and what else a Problem says. */
export interface ProblemAnswer {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly where?: string
  readonly why?: string
  readonly next?: string
  readonly facts?: Readonly<Record<string, unknown>>
}

/**
 * A refusal as the body of an answer. `title` is what HTTP calls the status; 500 is a fault of ours, whatever
 * the details are.
 */
export function problemAnswer(
  status: number,
  title: string | undefined,
  details: ProblemDetails,
): ProblemAnswer {
  const { kind, what, where, why, next, facts } = details
  return {
    type: `urn:gatuvakt:problem:${status === 500 ? 'internal' : kind}`,
    title: title ?? 'Refused',
    status,
    detail: what,
    ...(where !== undefined && { where }),
    ...(why !== undefined && { why }),
    ...(next !== undefined && { next }),
    ...(facts !== undefined && { facts }),
  }
}
