import { Problem } from '../../domain/problem.ts'
import { WorkerFailure } from '../../store/worker-calls.ts'
import { LogBrokenError, LogFullError } from '../reading-log.ts'

const sqliteFull = 13
const sqliteNotADatabase = 26

/**
 * What a failed commit or read means for the log. A full disk passes; after anything else, a failed
 * fsync above all, nobody knows what the file holds, so the process must start again from the disk.
 */
export function asLogError(cause: unknown): LogFullError | LogBrokenError {
  const message = cause instanceof Error ? cause.message : String(cause)
  return sqliteCode(cause) === sqliteFull
    ? new LogFullError(`the reading log is full: ${message}`, { cause })
    : new LogBrokenError(`the reading log failed: ${message}`, { cause })
}

/** What a failure to open the file means for the person who starts the service. */
export function asOpenError(file: string, cause: unknown): Error {
  if (cause instanceof Problem) return cause
  if (sqliteCode(cause) !== sqliteNotADatabase) return asLogError(cause)
  const details = {
    kind: 'conflict',
    what: 'The file is not a reading log',
    where: file,
    why: 'It is no database at all, or its first page is damaged',
    next: 'Name another file for the reading log, or restore this one',
  } as const
  return new Problem(details, { cause })
}

/** The primary result code; SQLite keeps the finer distinction in the higher bits. */
function sqliteCode(cause: unknown): number | undefined {
  if (!(cause instanceof WorkerFailure) || typeof cause.code !== 'number') return undefined
  return cause.code % 256
}
