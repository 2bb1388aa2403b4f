import { ErrorCode, NatsError } from 'nats'
import { Problem } from '../../domain/problem.ts'

/** The connection is down, or the server gave no answer in time. Whoever asked may ask again. */
export class NatsAwayError extends Error {
  override readonly name = 'NatsAwayError'
}

/** The consumer on the server is gone or has lost count: make another where the last one was. */
export class ConsumerLostError extends Error {
  override readonly name = 'ConsumerLostError'
}

/** Error codes of the JetStream API that decide something here. */
export const apiError = {
  insufficientResources: 10_023,
  noMessageFound: 10_037,
  storageExceeded: 10_047,
  accountExceeded: 10_002,
  streamNameInUse: 10_058,
  streamNotFound: 10_059,
  storeFailed: 10_077,
} as const

const full: ReadonlySet<number | undefined> = new Set([
  apiError.insufficientResources,
  apiError.storageExceeded,
  apiError.accountExceeded,
  apiError.storeFailed,
])

/** The JetStream error code, when the server gave one. */
export function apiErrorCode(error: unknown): number | undefined {
  return error instanceof NatsError ? error.api_error?.err_code : undefined
}

/** The server has said that it stored nothing because there is no room. */
export function saysFull(error: unknown): boolean {
  return full.has(apiErrorCode(error))
}

/** No stream takes this subject, or JetStream is not awake yet. */
export function saysNobodyListens(error: unknown): boolean {
  if (!(error instanceof NatsError)) return false
  const code: string = ErrorCode.NoResponders
  return error.code === code && error.api_error === undefined
}

export function saysNoStream(error: unknown): boolean {
  return apiErrorCode(error) === apiError.streamNotFound
}

export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const said = error instanceof NatsError ? error.api_error?.description : undefined
  return said ?? error.message
}

/**
 * What a failed question to the server means for who asked: try again later. What is no fault of
 * the server or the network stays what it is.
 */
export function asUnavailable(cause: unknown): Error {
  const faults = [NatsError, NatsAwayError, ConsumerLostError]
  if (cause instanceof Error && !faults.some((fault) => cause instanceof fault))
    return cause
  const details = {
    kind: 'unavailable',
    what: 'The reading log cannot be reached',
    why: `NATS: ${messageOf(cause)}`,
    next: 'It is tried again; see whether the NATS server runs',
  } as const
  return new Problem(details, { cause })
}
