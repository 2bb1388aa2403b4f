import type { CompiledQuery, QueryResult } from 'kysely'
import type { Clock } from '../../domain/clock.ts'
import { SECOND, durationUs } from '../../domain/time.ts'
import { DatabaseBusyError } from '../database.ts'
import { DatabaseLostError } from '../errors.ts'
import { WorkerLink } from './worker-link.ts'

/** How long one query may run. */
const readLimit = durationUs(5 * SECOND)
/** Queries that may wait for the reader; one more is refused. */
const waitingAtMost = 2_000
/** Replaced readers whose query still runs: JavaScript cannot interrupt SQLite inside a step. */
const abandonedAtMost = 3

interface Waiting extends PromiseWithResolvers<QueryResult<unknown>> {
  readonly query: CompiledQuery
}

/**
 * Reads one query after another in a read-only worker. A query that runs past its limit is
 * rejected with `DatabaseBusyError` and the worker is replaced for those that wait behind it.
 */
export class Reader implements AsyncDisposable {
  readonly #file: string
  readonly #realTime: Clock
  readonly #waiting: Waiting[] = []
  #link: WorkerLink
  #abandoned = 0
  #closed = false
  #working: Promise<void> | undefined

  private constructor(file: string, realTime: Clock, link: WorkerLink) {
    this.#file = file
    this.#realTime = realTime
    this.#link = link
  }

  /** The file must exist and be in WAL mode already. */
  static async open(file: string, realTime: Clock): Promise<Reader> {
    return new Reader(file, realTime, await WorkerLink.open({ file, mode: 'read' }))
  }

  readonly run = (query: CompiledQuery): Promise<QueryResult<unknown>> => {
    if (this.#closed) return Promise.reject(new DatabaseLostError('the database is closed'))
    if (this.#waiting.length >= waitingAtMost) {
      const message = `${waitingAtMost} queries are already waiting for the database`
      return Promise.reject(new DatabaseBusyError(message))
    }
    const waiting: Waiting = { query, ...Promise.withResolvers<QueryResult<unknown>>() }
    this.#waiting.push(waiting)
    this.#working ??= this.#work()
    return waiting.promise
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    await this.#working
    await this.#link[Symbol.asyncDispose]()
  }

  async #work(): Promise<void> {
    for (;;) {
      const next = this.#waiting.shift()
      if (next === undefined) break
      try {
        next.resolve(await this.#runWithinLimit(next.query))
      } catch (error) {
        next.reject(error)
      }
    }
    this.#working = undefined
  }

  async #runWithinLimit(query: CompiledQuery): Promise<QueryResult<unknown>> {
    const tooLong = Promise.withResolvers<undefined>()
    const cancel = this.#realTime.after(readLimit, () => tooLong.resolve(undefined))
    try {
      const result = await Promise.race([this.#link.run(query), tooLong.promise])
      if (result !== undefined) return result
    } finally {
      cancel()
    }
    await this.#replaceLink()
    throw new DatabaseBusyError('a query ran longer than 5 s and was cut off')
  }

  async #replaceLink(): Promise<void> {
    const old = this.#link
    const ended = old.terminate()
    this.#abandoned += 1
    // With too many still running, the next reader waits for this one to end.
    if (this.#abandoned > abandonedAtMost) await ended
    void ended.then(() => (this.#abandoned -= 1))
    this.#link = await WorkerLink.open({ file: this.#file, mode: 'read' })
  }
}
