import type { Clock, Random } from '../../domain/clock.ts'
import { Problem } from '../../domain/problem.ts'
import type { Database } from '../database.ts'
import { databaseOver } from '../unit-of-work.ts'
import { PostgresEngine } from './engine.ts'

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string
  /** Gives what happens its time. */
  readonly clock: Clock
  /** Spreads the tries of transactions that were in one another's way. */
  readonly random: Random
  /**
   * Measures how long queries run. Whoever gives a simulated `clock` gives the machine's here, or
   * queries are cut off when that clock is moved.
   */
  readonly realTime?: Clock
}

/**
 * Opens a PostgreSQL database and brings its tables up to date. Rejects with a `Problem` when the
 * server cannot be reached or does not keep what it confirms.
 */
export async function openPostgresDatabase(options: PostgresOptions): Promise<Database> {
  const { url, clock, random, realTime = clock } = options
  try {
    return databaseOver(await PostgresEngine.open(url, { realTime, random }), clock)
  } catch (error) {
    if (error instanceof Problem) throw error
    throw new Problem(
      {
        kind: 'unavailable',
        what: 'The PostgreSQL database cannot be used.',
        where: withoutPassword(url),
        why: error instanceof Error ? reason(error) : String(error),
        next: 'Check that the server runs, that the address is right, and that this user owns the database.',
      },
      { cause: error },
    )
  }
}

function reason(error: Error): string {
  // A host with several addresses fails with one error for each, and no text of its own.
  const parts = error instanceof AggregateError ? error.errors : [error]
  return parts
    .map((part: unknown) => (part instanceof Error ? part.message : ''))
    .join('; ')
}

function withoutPassword(url: string): string {
  const parsed = URL.parse(url)
  if (parsed === null) return 'the given address'
  parsed.password = ''
  parsed.searchParams.delete('password')
  return parsed.href
}
