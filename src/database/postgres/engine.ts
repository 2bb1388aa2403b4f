import type pg from 'pg'
import { DatabaseBusyError } from '../database.ts'
import type { Engine, RunQuery, TransactionRequest } from '../engine.ts'
import { DatabaseLostError } from '../errors.ts'
import { Lanes } from '../lanes.ts'
import { migrate } from '../migrations/migrate.ts'
import { kyselyOver } from '../run-dialect.ts'
import { runTransaction } from '../transaction.ts'
import { commit, lost, onConnection, rollback } from './connection.ts'
import { PostgresNews } from './news.ts'
import { isCollision, isHangUp, postgresError } from './failures.ts'
import { postgresLanguage } from './language.ts'
import { createPool, query } from './pool.ts'
import { pause, triesAtMost, type Pauses } from './retry.ts'
import { assertDurable } from './settings.ts'

/** Writes that may run at once, one per connection, and that may wait; one more is refused. */
const lanesOptions = { slots: 5, capacity: 10_000 }

/** What became of one run of a transaction's body. */
type Outcome<T> =
  | { readonly kind: 'done'; readonly result: T }
  | { readonly kind: 'collided' | 'hung_up' | 'failed'; readonly error: unknown }

/** A PostgreSQL server, with some connections that read and some that write. */
export class PostgresEngine implements Engine {
  readonly dialect = 'postgres'
  readonly language = postgresLanguage
  readonly #readers: pg.Pool
  readonly #writers: pg.Pool
  readonly #pauses: Pauses
  readonly #lanes = new Lanes(lanesOptions)
  readonly news: PostgresNews
  #closed: Promise<void> | undefined

  private constructor(url: string, pauses: Pauses) {
    this.#readers = createPool(url, 'read')
    this.#writers = createPool(url, 'write')
    this.#pauses = pauses
    this.news = new PostgresNews(url, pauses.realTime)
  }

  static async open(url: string, pauses: Pauses): Promise<PostgresEngine> {
    await using opening = new AsyncDisposableStack()
    const engine = opening.use(new PostgresEngine(url, pauses))
    await engine.#prepare()
    await engine.news.start()
    opening.move()
    return engine
  }

  readonly read: RunQuery = async (compiled) => {
    const ask = () => onConnection(this.#readers, (client) => query(client, compiled))
    try {
      return await ask()
    } catch (error) {
      if (!isHangUp(error)) throw postgresError(error)
    }
    // The connection may have broken while nobody used it, and a read can simply be asked again.
    try {
      return await ask()
    } catch (error) {
      throw isHangUp(error) ? lost(error) : postgresError(error)
    }
  }

  async transaction<T>({ lane, key, body }: TransactionRequest<T>): Promise<T> {
    using turns = new DisposableStack()
    turns.use(await this.#lanes.turn(lane, key))
    let reconnected = false
    for (let tries = 0; tries < triesAtMost; tries += 1) {
      const outcome = await this.#runOnce(body)
      switch (outcome.kind) {
        case 'done':
          return outcome.result
        case 'failed':
          throw postgresError(outcome.error)
        case 'hung_up':
          if (reconnected) throw lost(outcome.error)
          reconnected = true
          break
        case 'collided':
          await pause(this.#pauses, tries)
      }
    }
    throw new DatabaseBusyError(
      `a transaction was in the way of others in ${triesAtMost} tries`,
    )
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    await this.#lanes.close()
    await Promise.all([this.news.close(), this.#readers.end(), this.#writers.end()])
  }

  async #prepare(): Promise<void> {
    await onConnection(this.#writers, async (client) => {
      await assertDurable(client)
      const run: RunQuery = (compiled) => query(client, compiled)
      const db = kyselyOver<unknown>(postgresLanguage, { run, begin: 'begin' })
      // Waiting for another program's migration, and a long one of our own, are no hurry.
      await client.query('set statement_timeout = 0')
      await migrate(db, 'postgres')
      await client.query(`set statement_timeout = '30s'`)
    })
  }

  async #runOnce<T>(body: (run: RunQuery) => Promise<T>): Promise<Outcome<T>> {
    // The body may have wrapped what a query said; what the server said decides.
    let said: unknown
    try {
      const result = await onConnection(this.#writers, (client) => {
        const run: RunQuery = async (compiled) => {
          try {
            return await query(client, compiled)
          } catch (error) {
            said = error
            throw postgresError(error)
          }
        }
        return this.#runOn(client, run, body)
      })
      return { kind: 'done', result }
    } catch (error) {
      if (error instanceof DatabaseLostError) return { kind: 'failed', error }
      if (isCollision(said ?? error)) return { kind: 'collided', error }
      if (isHangUp(said ?? error)) return { kind: 'hung_up', error }
      return { kind: 'failed', error }
    }
  }

  #runOn<T>(
    client: pg.PoolClient,
    run: RunQuery,
    body: (run: RunQuery) => Promise<T>,
  ): Promise<T> {
    const steps = {
      run,
      begin: async () => {
        await client.query('begin')
      },
      commit: () => commit(client),
      rollback: () => rollback(client),
      realTime: this.#pauses.realTime,
    }
    return runTransaction(steps, body)
  }
}
