import type { CancelTimer, Clock } from '../domain/clock.ts'
import { SECOND, durationUs } from '../domain/time.ts'
import { DatabaseBusyError } from './database.ts'
import type { RunQuery } from './engine.ts'

/** A transaction that is longer than this holds everybody up, and is rolled back. */
const transactionLimit = durationUs(30 * SECOND)

export interface TransactionSteps {
  readonly run: RunQuery
  readonly begin: () => Promise<void>
  readonly commit: () => Promise<void>
  readonly rollback: () => Promise<void>
  /** Real time, also where the service runs under a simulated clock. */
  readonly realTime: Clock
}

/**
 * Begins, runs the body once, and commits; rolls back and rejects with what went wrong when
 * anything did. On both dialects alike a query that failed spoils the transaction, also when the
 * body caught the error, and the body's queries stop working when the transaction has ended.
 */
export async function runTransaction<T>(
  steps: TransactionSteps,
  body: (run: RunQuery) => Promise<T>,
): Promise<T> {
  await steps.begin()
  const guard = new Guard(steps.run)
  try {
    const result = await withinLimit(steps.realTime, body(guard.run))
    guard.close()
    await steps.commit()
    return result
  } catch (error) {
    guard.end(error)
    await steps.rollback()
    throw error
  }
}

/** Lets queries through until one failed or the transaction ended. */
class Guard {
  readonly #run: RunQuery
  #failed: { readonly error: unknown } | undefined
  #ended = false

  constructor(run: RunQuery) {
    this.#run = run
  }

  readonly run: RunQuery = async (query) => {
    if (this.#ended) throw new Error('the transaction of this query has already ended')
    if (this.#failed !== undefined) {
      throw new Error('an earlier query of this transaction failed', {
        cause: this.#failed.error,
      })
    }
    try {
      return await this.#run(query)
    } catch (error) {
      this.#failed ??= { error }
      throw error
    }
  }

  /** Ends a transaction that is about to be committed; throws what spoiled it, if anything did. */
  close(): void {
    this.#ended = true
    if (this.#failed !== undefined) throw this.#failed.error
  }

  end(error: unknown): void {
    this.#ended = true
    this.#failed ??= { error }
  }
}

async function withinLimit<T>(realTime: Clock, work: Promise<T>): Promise<T> {
  const { promise: tooLong, reject } = Promise.withResolvers<never>()
  const cancel: CancelTimer = realTime.after(transactionLimit, () => {
    reject(new DatabaseBusyError('a transaction took longer than 30 s and was rolled back'))
  })
  try {
    return await Promise.race([work, tooLong])
  } finally {
    cancel()
  }
}
