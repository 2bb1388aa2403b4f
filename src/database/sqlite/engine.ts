import { CompiledQuery } from 'kysely'
import type { Clock } from '../../domain/clock.ts'
import type { Engine, RunQuery, TransactionRequest } from '../engine.ts'
import { Lanes } from '../lanes.ts'
import { migrate } from '../migrations/migrate.ts'
import { kyselyOver } from '../run-dialect.ts'
import { runTransaction } from '../transaction.ts'
import { sqliteLanguage } from './language.ts'
import { Reader } from './reader.ts'
import { WorkerLink } from './worker-link.ts'

/** Writes that may wait; one more is refused. */
const waitingAtMost = 10_000
// Takes the write lock at once: a transaction that asked for it later could not wait for it.
const begin = 'begin immediate'

export interface SqliteEngineOptions {
  readonly file: string
  readonly realTime: Clock
  readonly hear?: ((sql: string) => void) | undefined
}

/** One SQLite file with one writer and one reader, each in a thread of its own. */
export class SqliteEngine implements Engine {
  readonly dialect = 'sqlite'
  readonly language = sqliteLanguage
  readonly read: Engine['read']
  readonly #writer: WorkerLink
  readonly #run: RunQuery
  readonly #reader: Reader
  readonly #realTime: Clock
  readonly #lanes = new Lanes({ slots: 1, capacity: waitingAtMost })

  private constructor(parts: {
    readonly writer: WorkerLink
    readonly run: RunQuery
    readonly reader: Reader
    readonly realTime: Clock
  }) {
    this.#writer = parts.writer
    this.#run = parts.run
    this.#reader = parts.reader
    this.#realTime = parts.realTime
    this.read = parts.reader.run
  }

  static async open(options: SqliteEngineOptions): Promise<SqliteEngine> {
    const { file, realTime, hear } = options
    await using opening = new AsyncDisposableStack()
    const writer = opening.use(await WorkerLink.open({ file, mode: 'write' }))
    const run: RunQuery = (query) => {
      hear?.(query.sql)
      return writer.run(query)
    }
    await migrate(kyselyOver<unknown>(sqliteLanguage, { run, begin }), 'sqlite')
    const reader = opening.use(await Reader.open(file, realTime))
    opening.move()
    return new SqliteEngine({ writer, run, reader, realTime })
  }

  async transaction<T>({ lane, key, body }: TransactionRequest<T>): Promise<T> {
    using turns = new DisposableStack()
    turns.use(await this.#lanes.turn(lane, key))
    const run = this.#run
    const say = async (statement: string) => {
      await run(CompiledQuery.raw(statement))
    }
    const steps = {
      run,
      begin: () => say(begin),
      commit: () => say('commit'),
      rollback: () => rollback(say),
      realTime: this.#realTime,
    }
    return await runTransaction(steps, body)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lanes.close()
    await this.#reader[Symbol.asyncDispose]()
    await this.#writer[Symbol.asyncDispose]()
  }
}

async function rollback(say: (statement: string) => Promise<void>): Promise<void> {
  try {
    await say('rollback')
  } catch (error) {
    // With a full disk, for instance, SQLite has rolled back already; what failed is told by itself.
    const done =
      error instanceof Error && error.message.includes('no transaction is active')
    if (!done) throw error
  }
}
