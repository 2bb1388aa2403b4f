import { CompiledQuery } from 'kysely'
import type { Clock } from '../../domain/clock.ts'
import type { Engine, TransactionRequest } from '../engine.ts'
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

/** One SQLite file with one writer and one reader, each in a thread of its own. */
export class SqliteEngine implements Engine {
  readonly dialect = 'sqlite'
  readonly language = sqliteLanguage
  readonly read: Engine['read']
  readonly #writer: WorkerLink
  readonly #reader: Reader
  readonly #realTime: Clock
  readonly #lanes = new Lanes({ slots: 1, capacity: waitingAtMost })

  private constructor(writer: WorkerLink, reader: Reader, realTime: Clock) {
    this.#writer = writer
    this.#reader = reader
    this.#realTime = realTime
    this.read = reader.run
  }

  static async open(file: string, realTime: Clock): Promise<SqliteEngine> {
    await using opening = new AsyncDisposableStack()
    const writer = opening.use(await WorkerLink.open({ file, mode: 'write' }))
    const run = (query: CompiledQuery) => writer.run(query)
    await migrate(kyselyOver<unknown>(sqliteLanguage, { run, begin }), 'sqlite')
    const reader = opening.use(await Reader.open(file, realTime))
    opening.move()
    return new SqliteEngine(writer, reader, realTime)
  }

  async transaction<T>({ lane, key, body }: TransactionRequest<T>): Promise<T> {
    using turns = new DisposableStack()
    turns.use(await this.#lanes.turn(lane, key))
    const run = (query: CompiledQuery) => this.#writer.run(query)
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
