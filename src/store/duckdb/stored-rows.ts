/** Stored readings as columns: the form in which they come from the worker to the service. */

import type { OrganisationId, PointId } from '../../domain/ids.ts'
import { partitionOf, type Position } from '../../domain/position.ts'
import { timeUs } from '../../domain/time.ts'
import type { StoredReading } from '../reading-store.ts'
import { formOf, indexBits, maxIndex, raritiesOf, valueOf } from './codes.ts'
import { wholeAt } from './halves.ts'

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
