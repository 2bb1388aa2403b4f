import { Worker } from 'node:worker_threads'
import type { OrganisationId, PointId } from '../../domain/ids.ts'
import type { Position } from '../../domain/position.ts'
import { Problem } from '../../domain/problem.ts'
import type {
  ReadingStore,
  ReadingsOfRecord,
  Series,
  SeriesRequest,
  StoredReading,
} from '../reading-store.ts'
import { WorkerCalls } from '../worker-calls.ts'
import type { StoreCalls, Totals } from './calls.ts'
import { buffersOf, packReadings } from './columns.ts'

export interface DuckdbStoreOptions {
  /** Path of the file; made when it is not there. Its folder must exist. */
  readonly file: string
  /** Threads a query may use besides its own; default 1. */
  readonly threads?: number
  /** Default 512. A query that needs more fails, the service does not. */
  readonly memoryLimitMiB?: number
}

const maxLimit = 2_000

/**
 * Opens the history of readings in a DuckDB file, which one process at a time may hold. Rejects
 * with a Problem when the file cannot be opened or was made by a newer version.
 */
export async function openDuckdbStore(options: DuckdbStoreOptions): Promise<ReadingStore> {
  const { file, threads = 1, memoryLimitMiB = 512 } = options
  await using starting = new AsyncDisposableStack()
  const worker = new Worker(new URL('./store.worker.ts', import.meta.url))
  const calls = new WorkerCalls<StoreCalls>(worker)
  starting.defer(() => calls.stop())
  await orUnavailable(calls.call('open', { file, threads, memoryLimitMiB }))
  starting.move()
  return new DuckdbStore(calls)
}

class DuckdbStore implements ReadingStore {
  readonly #calls: WorkerCalls<StoreCalls>

  constructor(calls: WorkerCalls<StoreCalls>) {
    this.#calls = calls
  }

  cursor(): Promise<Position | undefined> {
    return orUnavailable(this.#calls.call('cursor', null))
  }

  async write(records: readonly ReadingsOfRecord[], cursor: Position): Promise<void> {
    const readings = records.flatMap(({ organisation, position, readings: said }) =>
      said.map((reading) => ({ ...reading, organisation, position })),
    )
    const columns = packReadings(readings, cursor)
    await orUnavailable(this.#calls.call('write', { columns, cursor }, buffersOf(columns)))
  }

  async series(request: SeriesRequest): Promise<Series> {
    const { limit } = request
    if (!Number.isInteger(limit) || limit < 2 || limit > maxLimit) {
      throw new RangeError(`a series needs a limit of 2 to ${maxLimit}, not ${limit}`)
    }
    return orUnavailable(this.#calls.call('series', request))
  }

  latest(organisation: OrganisationId): Promise<readonly StoredReading[]> {
    return orUnavailable(this.#calls.call('latest', organisation))
  }

  totals(organisation: OrganisationId, point: PointId): Promise<Totals> {
    return orUnavailable(this.#calls.call('totals', { organisation, point }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A worker that has died has nothing left to close.
    await Promise.allSettled([this.#calls.call('close', null)])
    await this.#calls.stop()
  }
}

/** Whatever DuckDB fails with, the readings stay in the log and the work can be tried again. */
async function orUnavailable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    if (cause instanceof Problem) throw cause
    const details = {
      kind: 'unavailable',
      what: 'The history of readings failed',
      why: cause instanceof Error ? cause.message : String(cause),
      next: 'Readings wait in the log. Look at the disk and at who else holds the file; try again',
    } as const
    throw new Problem(details, { cause })
  }
}
