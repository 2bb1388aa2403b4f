import { Problem, type ProblemKind } from '../../domain/problem.ts'

/** What a server or the way to it said when it refused. */
export interface Refusal {
  /** HTTP status; undefined when there was no answer. */
  readonly status: number | undefined
  readonly reason: string
  /** The header `Retry-After`, as it came. */
  readonly retryAfter: string | undefined
}

/**
 * The Problem for a refusal, by its status: https://docs.influxdata.com/influxdb/v1/tools/api/ and
 * https://docs.influxdata.com/influxdb/v2/write-data/troubleshoot/. Only what a server says of this
 * very request is `invalid`; a status nobody expects counts as a server that is not well.
 */
export function refused(refusal: Refusal, cause: unknown): Problem {
  const { status, reason } = refusal
  const kind = kinds.get(status) ?? 'unavailable'
  const seconds = retryAfterSeconds(refusal.retryAfter)
  const details = {
    kind,
    what: sentences[kind].what,
    why: status === undefined ? reason : `HTTP ${status}: ${reason}`,
    next: sentences[kind].next,
    ...(seconds !== undefined && { facts: { retryAfterSeconds: seconds } }),
  }
  return new Problem(details, { cause })
}

/** The Problem for an error inside an answer that as a whole was sent with status 200. */
export function refusedStatement(reason: string): Problem {
  const status = statusOfWords.find(([words]) => words.test(reason))?.[1]
  return refused({ status, reason, retryAfter: undefined }, undefined)
}

/** What InfluxDB 1.6 and 2 say where a status would tell it. */
const statusOfWords: readonly (readonly [RegExp, number])[] = [
  [
    /^database not found|^default retention policy not set|^retention policy not found/,
    404,
  ],
  [/not authorized|authorization failed|unauthorized/i, 403],
]

type RefusalKind = Extract<
  ProblemKind,
  'invalid' | 'forbidden' | 'not_found' | 'unavailable'
>

const kinds: ReadonlyMap<number | undefined, RefusalKind> = new Map([
  // A line that is wrong, a field of another type, a time the server no longer keeps.
  [400, 'invalid'],
  [422, 'invalid'],
  // Too many bytes.
  [413, 'invalid'],
  [401, 'forbidden'],
  [403, 'forbidden'],
  [404, 'not_found'],
])

const sentences: Readonly<
  Record<RefusalKind, { readonly what: string; readonly next: string }>
> = {
  invalid: {
    what: 'InfluxDB refuses this request',
    next: 'Write a smaller part of it, to find the reading that is refused',
  },
  forbidden: {
    what: 'InfluxDB does not let us in',
    next: 'Check the user and password, or the token and what it may do',
  },
  not_found: {
    what: 'InfluxDB has no such database or bucket',
    next: 'Create it; InfluxDB 2 also needs a DBRP mapping of the same name to be read',
  },
  unavailable: {
    what: 'InfluxDB is not available',
    next: 'Readings wait in the log. Look at the server and at the network to it',
  },
}

/** Seconds of a `Retry-After` that is a number; a date (RFC 9110, 10.2.3) is left to our own pauses. */
function retryAfterSeconds(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) : undefined
}
