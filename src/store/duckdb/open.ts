import { Worker } from 'node:worker_threads'
import type { OrganisationId, PointId } from '../../domain/ids.ts'
import type { Position } from '../../domain/position.ts'
import { Problem } from '../../domain/problem.ts'
import type {
  ColumnScanRequest,
  Keep,
  ReadingStore,
  ReadingsOfRecord,
  RewrittenRecord,
  ScanRequest,
  Series,
  SeriesRequest,
  StoredColumns,
  StoredReading,
  Windows,
  WindowsRequest,
} from '../reading-store.ts'
import { checkKeep, checkPoints, checkSeries, checkWindows } from '../requests.ts'
import { WorkerCalls } from '../worker-calls.ts'
import type { StoreCalls, Totals } from './calls.ts'
import { buffersOf, packReadings } from './columns.ts'
import type { ColumnPiece } from './scan-columns.ts'
import type { ScanStep } from './scan.ts'
import { placeOfRow, readingsOf } from './stored-rows.ts'

export interface DuckdbStoreOptions {
  /** Path of the file; made when it is not there. Its folder must exist. */
  readonly file: string
  /** Threads DuckDB works with; default 2. */
  readonly threads?: number
  /**
   * Default 256, of which 24 stay when work is done. A query that needs more goes to disk or fails; the
   * service does not.
   */
  readonly memoryLimitMiB?: number
}

const pageRows = 10_000
/** Pieces of columns under way: one is read while the one before is worked on. */
const piecesAhead = 2

/**
 * Opens the history of readings in a DuckDB file, which one process at a time may hold. Rejects
 * with a Problem when the file cannot be opened or was made by a newer version.
 */
export async function openDuckdbStore(options: DuckdbStoreOptions): Promise<ReadingStore> {
  const { file, threads = 2, memoryLimitMiB = 256 } = options
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

  async write(
    records: readonly ReadingsOfRecord[],
    cursor: Position,
    follows?: Position,
  ): Promise<void> {
    const columns = packReadings(records, cursor)
    const request = { columns, cursor, ...(follows !== undefined && { follows }) }
    await orUnavailable(this.#calls.call('write', request, buffersOf(columns)))
  }

  async rewrite(records: readonly RewrittenRecord[]): Promise<void> {
    const [first] = records
    if (first === undefined) return
    const { epoch } = first.position
    const columns = packReadings(records, endOf(epoch))
    const gone = records.flatMap(({ organisation, position, gone: places = [] }) =>
      places.map(({ point, effective }) => ({ organisation, position, point, effective })),
    )
    const request = { columns, gone, epoch }
    await orUnavailable(this.#calls.call('rewrite', request, buffersOf(columns)))
  }

  async adopt(): Promise<void> {
    await orUnavailable(this.#calls.call('adopt', null))
  }

  async series(request: SeriesRequest): Promise<Series> {
    checkSeries(request)
    return orUnavailable(this.#calls.call('series', request))
  }

  async windows(request: WindowsRequest): Promise<Windows> {
    checkWindows(request)
    return orUnavailable(this.#calls.call('windows', request))
  }

  async *scan(request: ScanRequest): AsyncIterable<readonly StoredReading[]> {
    for (const piece of await orUnavailable(this.#calls.call('planScan', request))) {
      let after: ScanStep['after']
      for (;;) {
        const step = { request, piece, ...(after && { after }) }
        const rows = await orUnavailable(this.#calls.call('scanStep', step))
        if (rows.count === 0) break
        for (let first = 0; first < rows.count; first += pageRows) {
          const end = Math.min(rows.count, first + pageRows)
          yield readingsOf(rows, request.organisation, { first, end })
        }
        after = placeOfRow(rows, rows.count - 1)
      }
    }
  }

  async *scanColumns(request: ColumnScanRequest): AsyncIterable<StoredColumns> {
    checkPoints(request)
    const pieces = await orUnavailable(this.#calls.call('planColumns', request))
    const read = (piece: ColumnPiece): Promise<StoredColumns | undefined> => {
      const reading = orUnavailable(this.#calls.call('readColumns', { request, piece }))
      // Who stops asking leaves a piece behind that nobody waits for.
      reading.catch(() => undefined)
      return reading
    }
    const ahead: Promise<StoredColumns | undefined>[] = []
    for (let next = 0; next < pieces.length || ahead.length > 0;) {
      while (ahead.length < piecesAhead && next < pieces.length) {
        ahead.push(...pieces.slice(next, next + 1).map(read))
        next++
      }
      const columns = await ahead.shift()
      if (columns !== undefined && columns.length > 0) yield columns
    }
  }

  keepsArrivals(
    request: Pick<ColumnScanRequest, 'organisation' | 'from' | 'to'>,
  ): Promise<boolean> {
    return orUnavailable(this.#calls.call('keepsArrivals', request))
  }

  async latest(organisation: OrganisationId): Promise<readonly StoredReading[]> {
    const rows = await orUnavailable(this.#calls.call('latest', organisation))
    return readingsOf(rows, organisation)
  }

  totals(organisation: OrganisationId, point: PointId): Promise<Totals> {
    return orUnavailable(this.#calls.call('totals', { organisation, point }))
  }

  async retain(keep: Keep): Promise<{ readonly deleted: number }> {
    checkKeep(keep)
    return orUnavailable(this.#calls.call('retain', keep))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A worker that has died has nothing left to close.
    await Promise.allSettled([this.#calls.call('close', null)])
    await this.#calls.stop()
  }
}

/** Behind everything the log can hold. */
function endOf(epoch: string): Position {
  return { epoch, partition: 0, sequence: Number.MAX_SAFE_INTEGER, index: 0 }
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
