/** Whole rows on their way out: as columns from the worker, as readings behind it. */

import type {
  DuckDBConnection,
  DuckDBDataChunk,
  DuckDBMaterializedResult,
} from '@duckdb/node-api'
import type { OrganisationId, PointId } from '../../domain/ids.ts'
import { partitionOf, type Position } from '../../domain/position.ts'
import { timeUs } from '../../domain/time.ts'
import type { StoredReading } from '../reading-store.ts'
import { formOf, indexBits, maxIndex, raritiesOf, valueOf } from './codes.ts'
import { rowsOf, textOf } from './statements.ts'
import { doubles, halves, integers, isValid, validity, wholeAt } from './vectors.ts'

/** What `rowsFrom` takes, in its order. */
export const rowColumns = 'point, effective, ingest, place, form, number, rest'

/** Stored readings column by column; whole numbers in halves, see `wholeAt`. */
export interface StoredRows {
  readonly count: number
  /** The epoch of each log by its id. */
  readonly epochs: Readonly<Record<number, string>>
  readonly point: Int32Array<ArrayBuffer>
  readonly effective: Int32Array<ArrayBuffer>
  readonly ingest: Int32Array<ArrayBuffer>
  readonly place: Int32Array<ArrayBuffer>
  readonly form: Int32Array<ArrayBuffer>
  /** NaN, which no reading has, where there is none. */
  readonly number: Float64Array<ArrayBuffer>
  /** By row, where there is one. */
  readonly rest: ReadonlyMap<number, string>
}

export function noRows(): StoredRows {
  return { ...emptyRows(0), epochs: {} }
}

/** Packs the rows of a query for `rowColumns`. */
export async function rowsFrom(
  connection: DuckDBConnection,
  result: DuckDBMaterializedResult,
): Promise<StoredRows> {
  const rows = emptyRows(result.rowCount)
  let first = 0
  for (let n = 0; n < result.chunkCount; n++) {
    const chunk = result.getChunk(n)
    rows.point.set(integers(chunk, 0), first)
    rows.effective.set(halves(chunk, 1), 2 * first)
    rows.ingest.set(halves(chunk, 2), 2 * first)
    rows.place.set(halves(chunk, 3), 2 * first)
    rows.form.set(halves(chunk, 4), 2 * first)
    const numbers = doubles(chunk, 5)
    copyValid(chunk, 5, (row) => (rows.number[first + row] = numbers[row] ?? 0))
    const texts = chunk.getColumnVector(6)
    copyValid(chunk, 6, (row) => rows.rest.set(first + row, String(texts.getItem(row))))
    first += chunk.rowCount
  }
  const logs = await rowsOf(connection, 'SELECT id, epoch FROM log')
  const epochs = Object.fromEntries(
    logs.map(({ id, epoch }) => [Number(id), textOf(epoch)] as const),
  )
  return { ...rows, epochs }
}

/** The buffers behind the columns, to be moved. */
export function rowBuffers(rows: StoredRows): readonly ArrayBuffer[] {
  return Object.values(rows).flatMap((column: unknown) =>
    ArrayBuffer.isView(column) && column.buffer instanceof ArrayBuffer
      ? [column.buffer]
      : [],
  )
}

/** The readings of the rows from `first` to before `end`. */
export function readingsOf(
  rows: StoredRows,
  organisation: OrganisationId,
  { first, end }: { readonly first: number; readonly end: number } = {
    first: 0,
    end: rows.count,
  },
): StoredReading[] {
  const partition = partitionOf(organisation)
  return Array.from({ length: end - first }, (_, n) =>
    readingAt(rows, first + n, { organisation, partition }),
  )
}

/** Point and effective time of a row. */
export function placeOfRow(
  rows: StoredRows,
  row: number,
): { point: number; effective: number } {
  return { point: rows.point[row] ?? 0, effective: wholeAt(rows.effective, row) }
}

function readingAt(
  rows: StoredRows,
  row: number,
  { organisation, partition }: { organisation: OrganisationId; partition: number },
): StoredReading {
  const low = rows.form[2 * row] ?? 0
  const { quality, code, flags, log } = formOf(low)
  const number = rows.number[row] ?? Number.NaN
  const rest = rows.rest.get(row) ?? null
  const effective = timeUs(wholeAt(rows.effective, row))
  return {
    organisation,
    position: { ...positionAt(rows, row), epoch: rows.epochs[log] ?? '', partition },
    point: (rows.point[row] ?? 0) as PointId,
    value: valueOf(low, Number.isNaN(number) ? null : number, rest),
    quality,
    code,
    ...raritiesOf(low, rest, effective),
    effective,
    ingest: timeUs(wholeAt(rows.ingest, row)),
    flags,
    typeVersion: rows.form[2 * row + 1] ?? 0,
  }
}

function positionAt(
  { place }: StoredRows,
  row: number,
): Pick<Position, 'sequence' | 'index'> {
  const low = place[2 * row] ?? 0
  const high = place[2 * row + 1] ?? 0
  return {
    sequence: high * 2 ** (32 - indexBits) + (low >>> indexBits),
    index: low & maxIndex,
  }
}

function copyValid(
  chunk: DuckDBDataChunk,
  column: number,
  copy: (row: number) => void,
): void {
  const bits = validity(chunk, column)
  for (let row = 0; row < chunk.rowCount; row++) if (isValid(bits, row)) copy(row)
}

function emptyRows(count: number) {
  return {
    count,
    point: new Int32Array(count),
    effective: new Int32Array(2 * count),
    ingest: new Int32Array(2 * count),
    place: new Int32Array(2 * count),
    form: new Int32Array(2 * count),
    number: new Float64Array(count).fill(Number.NaN),
    rest: new Map<number, string>(),
  }
}
