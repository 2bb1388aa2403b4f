import { DatabaseError } from 'pg'
import { DatabaseBusyError } from '../database.ts'
import { ConstraintError, type BrokenConstraint } from '../errors.ts'

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const brokenBy: Readonly<Record<string, BrokenConstraint>> = {
  23502: 'not_null',
  23503: 'foreign_key',
  23505: 'unique',
  23514: 'check',
}
const cutOff: ReadonlySet<string> = new Set(['57014', '55P03', '25P03'])
const collided: ReadonlySet<string> = new Set(['40001', '40P01'])
// The server is stopping, starting or not there; 08 is the class of broken connections.
const hungUp = /^(?:08|57P0[1-5]$)/

/** The error a caller sees for what the server or the connection to it said. */
export function postgresError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  if (error.message === 'timeout exceeded when trying to connect') {
    return new DatabaseBusyError('no connection to the database became free in 5 s', {
      cause: error,
    })
  }
  const code = codeOf(error)
  if (code === undefined) return error
  const constraint = brokenBy[code]
  if (constraint !== undefined) {
    return new ConstraintError(constraint, error.message, { cause: error })
  }
  if (cutOff.has(code)) {
    return new DatabaseBusyError('a query ran or waited too long and was cut off', {
      cause: error,
    })
  }
  return error
}

/** Two transactions were in each other's way: run again, this one can succeed. */
export function isCollision(error: unknown): boolean {
  const code = codeOf(error)
  return code !== undefined && collided.has(code)
}

/** The connection is gone, whatever became of the statement that was on it. */
export function isHangUp(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = codeOf(error)
  if (error instanceof DatabaseError) return code !== undefined && hungUp.test(code)
  // Node's own: ECONNRESET, ECONNREFUSED, EPIPE; and what pg says when a socket closes under it.
  return (
    (code !== undefined && /^E[A-Z]+$/.test(code)) ||
    /^(?:Connection terminated|Client (?:has encountered|was closed))/.test(error.message)
  )
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
