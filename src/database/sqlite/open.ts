import { dirname } from 'node:path'
import type { Clock } from '../../domain/clock.ts'
import { Problem } from '../../domain/problem.ts'
import { DatabaseBusyError, type Database } from '../database.ts'
import { databaseOver } from '../unit-of-work.ts'
import { SqliteEngine } from './engine.ts'

export interface SqliteOptions {
  /** Created when it is not there; its folder must exist, on a local disk. */
  readonly file: string
  /** Gives what happens its time. */
  readonly clock: Clock
  /**
   * Measures how long queries run. Whoever gives a simulated `clock` gives the machine's here, or
   * queries are cut off when that clock is moved.
   */
  readonly realTime?: Clock
  /** Hears the SQL of every statement before it goes to the writer, migrations included. */
  readonly hear?: ((sql: string) => void) | undefined
}

/**
 * Opens the embedded database and brings its tables up to date. Rejects with a `Problem` when the
 * file cannot be used, and with `DatabaseBusyError` when another program holds it for over 5 s.
 */
export async function openSqliteDatabase(options: SqliteOptions): Promise<Database> {
  const { file, clock, realTime = clock, hear } = options
  try {
    return databaseOver(await SqliteEngine.open({ file, realTime, hear }), clock)
  } catch (error) {
    if (error instanceof Problem || error instanceof DatabaseBusyError) throw error
    throw new Problem(
      {
        kind: 'unavailable',
        what: 'The database cannot be opened.',
        where: file,
        why: error instanceof Error ? error.message : String(error),
        next: `Check that ${dirname(file)} exists, that this program may write there, and that the file is a database of this program.`,
      },
      { cause: error },
    )
  }
}
