import { Worker } from 'node:worker_threads'
import type { CompiledQuery, QueryResult } from 'kysely'
import { DatabaseBusyError } from '../database.ts'
import { DatabaseLostError } from '../errors.ts'
import { sqliteError } from './failures.ts'
import type { SqlValue, WorkerReply, WorkerRequest, WorkerStart } from './messages.ts'

/** Queries that may be on their way to one worker; one more is refused. */
const inFlightAtMost = 10_000

type Answer = PromiseWithResolvers<QueryResult<unknown>>

/**
 * The main thread's end of one database worker. When the worker dies, whatever waits and whatever
 * comes later is rejected with `DatabaseLostError`.
 */
export class WorkerLink implements AsyncDisposable {
  readonly #worker: Worker
  readonly #name: string
  readonly #answers = new Map<number, Answer>()
  readonly #opened = Promise.withResolvers<void>()
  readonly #ended = Promise.withResolvers<void>()
  #lastId = 0
  #lost: DatabaseLostError | undefined

  private constructor(start: WorkerStart) {
    this.#name = `the database ${start.mode === 'write' ? 'writer' : 'reader'}`
    this.#worker = new Worker(new URL('./connection.worker.ts', import.meta.url), {
      workerData: start,
      name: `database-${start.mode}`,
    })
    this.#worker.on('message', (reply: WorkerReply) => this.#take(reply))
    this.#worker.on('error', (error: unknown) => this.#lose(error))
    this.#worker.on('exit', () => {
      this.#lose(undefined)
      this.#ended.resolve()
    })
  }

  /** Starts the worker and opens the file; rejects when it cannot be opened. */
  static async open(start: WorkerStart): Promise<WorkerLink> {
    const link = new WorkerLink(start)
    await link.#opened.promise
    return link
  }

  run(query: CompiledQuery): Promise<QueryResult<unknown>> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost)
    if (this.#answers.size >= inFlightAtMost) {
      const message = `${this.#name} has ${inFlightAtMost} queries to answer already`
      return Promise.reject(new DatabaseBusyError(message))
    }
    this.#lastId += 1
    const request: WorkerRequest = {
      id: this.#lastId,
      sql: query.sql,
      parameters: query.parameters as readonly SqlValue[],
    }
    // Throws on a value that cannot be sent, before anything waits for the answer.
    this.#worker.postMessage(request, [])
    const answer: Answer = Promise.withResolvers()
    this.#answers.set(request.id, answer)
    return answer.promise
  }

  /** Kills the thread without closing the file; resolves when a query that still runs has ended. */
  async terminate(): Promise<void> {
    await this.#worker.terminate()
  }

  /** Closes the file after what was asked before; resolves when the thread has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#lost === undefined) this.#worker.postMessage('close', [])
    await this.#ended.promise
  }

  #take(reply: WorkerReply): void {
    switch (reply.kind) {
      case 'open':
        this.#opened.resolve()
        return
      case 'rows':
        this.#answered(reply.id)?.resolve({
          rows: reply.rows,
          ...(reply.changes !== null && { numAffectedRows: BigInt(reply.changes) }),
        })
        return
      case 'failed': {
        const error = sqliteError(reply.code, reply.message)
        if (reply.id === null) this.#opened.reject(error)
        else this.#answered(reply.id)?.reject(error)
      }
    }
  }

  #answered(id: number): Answer | undefined {
    const answer = this.#answers.get(id)
    this.#answers.delete(id)
    return answer
  }

  #lose(cause: unknown): void {
    this.#lost ??= new DatabaseLostError(
      `${this.#name} has stopped: what it had not answered may or may not be done; restart the service`,
      { cause },
    )
    this.#opened.reject(this.#lost)
    for (const answer of this.#answers.values()) answer.reject(this.#lost)
    this.#answers.clear()
  }
}
