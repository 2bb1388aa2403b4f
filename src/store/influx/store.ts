import type { OrganisationId, PointId } from '../../domain/ids.ts'
import type { Position } from '../../domain/position.ts'
import { Problem } from '../../domain/problem.ts'
import { Lane } from '../lane.ts'
import type {
  ColumnScanRequest,
  Keep,
  ReadingsOfRecord,
  ReadingStore,
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
import type { InfluxServer, Question } from './influx-server.ts'
import type { Asks } from './points.ts'
import { retainReadings } from './retain.ts'
import { rewriteReadings } from './rewrite.ts'
import { readLatest, readTotals, scanReadings } from './scan.ts'
import { scanColumns } from './scan-columns.ts'
import { readSeries } from './series.ts'
import type { StoredCursors } from './stored-cursors.ts'
import { readWindows } from './windows.ts'
import { Writer } from './writer.ts'

/** Questions the server works on at a time, and how many wait for them. */
const questions = { width: 4, maxWaiting: 256 }
/** Calls of `retain` that wait for the one under way. */
const retentions = { width: 1, maxWaiting: 256 }

/** The history of readings in an InfluxDB, whichever client speaks to it. */
export class InfluxStore implements ReadingStore {
  readonly #server: InfluxServer
  readonly #writer: Writer
  readonly #asks: Asks
  readonly #retentions = new Lane(retentions)
  #closed = false

  constructor(server: InfluxServer, cursors: StoredCursors) {
    const lane = new Lane(questions)
    this.#server = server
    this.#writer = new Writer(
      { write: async (lines) => await this.#open().write(lines) },
      cursors,
    )
    this.#asks = {
      ask: (question: Question) => lane.run(async () => await this.#open().ask(question)),
    }
  }

  cursor(): Promise<Position | undefined> {
    return this.#writer.cursor()
  }

  write(
    records: readonly ReadingsOfRecord[],
    cursor: Position,
    follows?: Position,
  ): Promise<void> {
    return this.#writer.write(records, cursor, follows)
  }

  rewrite(records: readonly RewrittenRecord[]): Promise<void> {
    return rewriteReadings({ server: this.#asks, writer: this.#writer }, records)
  }

  adopt(): Promise<void> {
    return this.#writer.adopt()
  }

  async series(request: SeriesRequest): Promise<Series> {
    checkSeries(request)
    return await readSeries(this.#asks, request)
  }

  async windows(request: WindowsRequest): Promise<Windows> {
    checkWindows(request)
    return await readWindows(this.#asks, request)
  }

  scan(request: ScanRequest): AsyncIterable<readonly StoredReading[]> {
    return scanReadings(this.#asks, request)
  }

  scanColumns(request: ColumnScanRequest): AsyncIterable<StoredColumns> {
    checkPoints(request)
    return scanColumns(this.#asks, request)
  }

  /** A server keeps one reading of a point and time, and does not know what it replaced. */
  keepsArrivals(): Promise<boolean> {
    return Promise.resolve(false)
  }

  latest(organisation: OrganisationId): Promise<readonly StoredReading[]> {
    return readLatest(this.#asks, organisation)
  }

  totals(
    organisation: OrganisationId,
    point: PointId,
  ): Promise<{ count: number; sum: number }> {
    return readTotals(this.#asks, organisation, point)
  }

  async retain(keep: Keep): Promise<{ readonly deleted: number }> {
    checkKeep(keep)
    const parts = { server: this.#asks, writer: this.#writer }
    return await this.#retentions.run(() => retainReadings(parts, keep))
  }

  /** Waits for the request under way; whatever comes after it rejects with Problem unavailable. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    await this.#writer.idle()
    await this.#server[Symbol.asyncDispose]()
  }

  /** The server, as long as the store is open. */
  #open(): InfluxServer {
    if (!this.#closed) return this.#server
    throw new Problem({
      kind: 'unavailable',
      what: 'The history of readings is closed',
      why: 'The service is stopping',
      next: 'Try again when it has started',
    })
  }
}
