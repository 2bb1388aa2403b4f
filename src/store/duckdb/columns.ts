import { comparePositions, type Position } from '../../domain/position.ts'
import type { StoredReading } from '../reading-store.ts'
import { qualities, qualityCodes, valueKinds } from './codes.ts'

/** Readings column by column: buffers move to the worker where objects would be copied one by one. */
export interface ReadingColumns {
  readonly count: number
  /** Organisations that occur; `organisation` holds places in this list. */
  readonly organisations: readonly string[]
  readonly organisation: Uint32Array<ArrayBuffer>
  readonly point: Int32Array<ArrayBuffer>
  readonly effective: Float64Array<ArrayBuffer>
  /** NaN where the reading has none. */
  readonly source: Float64Array<ArrayBuffer>
  /** NaN where the reading has none. */
  readonly server: Float64Array<ArrayBuffer>
  readonly ingest: Float64Array<ArrayBuffer>
  readonly sequence: Float64Array<ArrayBuffer>
  readonly index: Int32Array<ArrayBuffer>
  /** Counts the readings of one position, so that the later of two is known. */
  readonly ordinal: Int32Array<ArrayBuffer>
  readonly kind: Uint8Array<ArrayBuffer>
  /** The number, or 1 and 0 for a boolean. */
  readonly number: Float64Array<ArrayBuffer>
  /** The texts, in the order of the rows that have one. */
  readonly texts: readonly string[]
  readonly quality: Uint8Array<ArrayBuffer>
  readonly code: Uint8Array<ArrayBuffer>
  /** NaN where the reading has none. */
  readonly native: Float64Array<ArrayBuffer>
  readonly flags: Int32Array<ArrayBuffer>
  readonly typeVersion: Int32Array<ArrayBuffer>
}

/**
 * Packs readings of the log that `cursor` names, none of them beyond it. Throws RangeError for a
 * reading that breaks its contract (a number that is not finite, a time that is not whole).
 */
export function packReadings(
  readings: readonly StoredReading[],
  cursor: Position,
): ReadingColumns {
  const columns = emptyColumns(readings.length)
  const organisations = new Map<string, number>()
  const texts: string[] = []
  let previous: Position | undefined
  let ordinal = 0
  for (const [row, reading] of readings.entries()) {
    const { position } = reading
    if (comparePositions(position, cursor) > 0) {
      throw new RangeError('a reading lies beyond the cursor it is written with')
    }
    const same = previous !== undefined && comparePositions(position, previous) === 0
    ordinal = same ? ordinal + 1 : 0
    previous = position
    columns.organisation[row] = placeOf(organisations, reading.organisation)
    columns.ordinal[row] = ordinal
    packPlace(columns, row, reading)
    packValue(columns, row, reading, texts)
  }
  return { ...columns, organisations: [...organisations.keys()], texts }
}

/** The buffers behind the columns, to be moved. */
export function buffersOf(columns: ReadingColumns): readonly ArrayBuffer[] {
  return Object.values(columns).flatMap((column: unknown) =>
    ArrayBuffer.isView(column) && column.buffer instanceof ArrayBuffer
      ? [column.buffer]
      : [],
  )
}

function emptyColumns(count: number): Omit<ReadingColumns, 'organisations' | 'texts'> {
  return {
    count,
    organisation: new Uint32Array(count),
    point: new Int32Array(count),
    effective: new Float64Array(count),
    source: new Float64Array(count),
    server: new Float64Array(count),
    ingest: new Float64Array(count),
    sequence: new Float64Array(count),
    index: new Int32Array(count),
    ordinal: new Int32Array(count),
    kind: new Uint8Array(count),
    number: new Float64Array(count),
    quality: new Uint8Array(count),
    code: new Uint8Array(count),
    native: new Float64Array(count),
    flags: new Int32Array(count),
    typeVersion: new Int32Array(count),
  }
}

type Columns = ReturnType<typeof emptyColumns>

function placeOf(places: Map<string, number>, word: string): number {
  const place = places.get(word) ?? places.size
  places.set(word, place)
  return place
}

function packPlace(columns: Columns, row: number, reading: StoredReading): void {
  const { position, source, server } = reading
  columns.point[row] = int32(reading.point, 'point')
  columns.effective[row] = whole(reading.effective, 'effective')
  columns.source[row] = source === undefined ? Number.NaN : whole(source, 'source')
  columns.server[row] = server === undefined ? Number.NaN : whole(server, 'server')
  columns.ingest[row] = whole(reading.ingest, 'ingest')
  columns.sequence[row] = whole(position.sequence, 'sequence')
  columns.index[row] = int32(position.index, 'index')
  columns.flags[row] = int32(reading.flags, 'flags')
  columns.typeVersion[row] = int32(reading.typeVersion, 'typeVersion')
}

function packValue(
  columns: Columns,
  row: number,
  { value, quality, code, native }: StoredReading,
  texts: string[],
): void {
  if (typeof value === 'string') {
    columns.kind[row] = valueKinds.text
    texts.push(value)
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError(`a reading's number is ${value}`)
    columns.kind[row] = valueKinds.number
    columns.number[row] = value
  } else if (value !== null) {
    columns.kind[row] = valueKinds.boolean
    columns.number[row] = value ? 1 : 0
  }
  columns.quality[row] = qualities.indexOf(quality)
  columns.code[row] = qualityCodes.indexOf(code)
  columns.native[row] = native ?? Number.NaN
}

function whole(value: number, name: string): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`a reading's ${name} is ${value}`)
  return value
}

function int32(value: number, name: string): number {
  if ((value | 0) !== value) throw new RangeError(`a reading's ${name} is ${value}`)
  return value
}
