/** Readings column by column, laid out as DuckDB's vectors are, so that the worker only copies. */

import { comparePositions, type Position } from '../../domain/position.ts'
import { qualities, qualityCodes, type Reading } from '../../domain/reading.ts'
import type { ReadingsOfRecord } from '../reading-store.ts'
import {
  formBits,
  indexBits,
  maxFlags,
  maxIndex,
  maxSequence,
  restOf,
  valueKinds,
} from './codes.ts'

/**
 * Rows of the table `reading`. A column of 64-bit integers is a pair of 32-bit halves a row, low
 * half first, as every processor DuckDB is built for keeps them: no BigInt is made.
 */
export interface ReadingColumns {
  readonly count: number
  /** Organisations that occur; `organisation` holds places in this list. */
  readonly organisations: readonly string[]
  /** The earliest position that occurs. */
  readonly earliest: Position | undefined
  readonly organisation: Uint16Array<ArrayBuffer>
  readonly point: Int32Array<ArrayBuffer>
  readonly effective: Int32Array<ArrayBuffer>
  readonly ingest: Int32Array<ArrayBuffer>
  /** The position in its log: the commit, then the index in it. */
  readonly place: Int32Array<ArrayBuffer>
  /** See `formBits`; the bits of the log are still empty. */
  readonly form: Int32Array<ArrayBuffer>
  readonly number: Float64Array<ArrayBuffer>
  /** Which rows have a number; left out when all have. */
  readonly numberValid?: Validity
  readonly rest: readonly TextOfRow[]
}

/** A bit for each row, 1 where it has a value; the lowest bit of a byte is the first row. */
export type Validity = Uint8Array<ArrayBuffer>

export interface TextOfRow {
  readonly row: number
  readonly text: string
}

const two32 = 2 ** 32

/**
 * Packs records of the log that `cursor` names, none of them beyond it. Throws RangeError for a
 * reading that breaks its contract (a number that is not finite, a time that is not whole).
 */
export function packReadings(
  records: readonly ReadingsOfRecord[],
  cursor: Position,
): ReadingColumns {
  let count = 0
  let earliest: Position | undefined
  for (const { position, readings } of records) {
    if (comparePositions(position, cursor) > 0) {
      throw new RangeError('a reading lies beyond the cursor it is written with')
    }
    if (earliest === undefined || comparePositions(position, earliest) < 0)
      earliest = position
    count += readings.length
  }
  const packer = new Packer(count)
  for (const record of records) packer.add(record)
  return packer.columns(earliest)
}

/** The buffers behind the columns, to be moved. */
export function buffersOf(columns: ReadingColumns): readonly ArrayBuffer[] {
  return Object.values(columns).flatMap((column: unknown) =>
    ArrayBuffer.isView(column) && column.buffer instanceof ArrayBuffer
      ? [column.buffer]
      : [],
  )
}

class Packer {
  readonly #count: number
  readonly #organisations: string[] = []
  readonly #organisation: Uint16Array<ArrayBuffer>
  readonly #point: Int32Array<ArrayBuffer>
  readonly #effective: Int32Array<ArrayBuffer>
  readonly #ingest: Int32Array<ArrayBuffer>
  readonly #place: Int32Array<ArrayBuffer>
  readonly #form: Int32Array<ArrayBuffer>
  readonly #number: Float64Array<ArrayBuffer>
  readonly #rest: TextOfRow[] = []
  #numberValid: Validity | undefined
  #row = 0

  constructor(count: number) {
    this.#count = count
    this.#organisation = new Uint16Array(count)
    this.#point = new Int32Array(count)
    this.#effective = new Int32Array(2 * count)
    this.#ingest = new Int32Array(2 * count)
    this.#place = new Int32Array(2 * count)
    this.#form = new Int32Array(2 * count)
    this.#number = new Float64Array(count)
  }

  add({ organisation, position, readings }: ReadingsOfRecord): void {
    const place = this.#organisationPlace(organisation)
    const { sequence, index } = position
    inRange(sequence, maxSequence, 'sequence')
    inRange(index, maxIndex, 'index')
    // 65,536 indexes a commit: 16 bits of the commit are left for the lower half.
    const low = (sequence << indexBits) | index
    const high = Math.floor(sequence / 2 ** (32 - indexBits))
    for (const reading of readings) {
      const row = this.#row++
      this.#organisation[row] = place
      this.#place[2 * row] = low
      this.#place[2 * row + 1] = high
      this.#addReading(row, reading)
    }
  }

  columns(earliest: Position | undefined): ReadingColumns {
    return {
      count: this.#count,
      organisations: this.#organisations,
      earliest,
      organisation: this.#organisation,
      point: this.#point,
      effective: this.#effective,
      ingest: this.#ingest,
      place: this.#place,
      form: this.#form,
      number: this.#number,
      ...(this.#numberValid && { numberValid: this.#numberValid }),
      rest: this.#rest,
    }
  }

  #organisationPlace(organisation: string): number {
    const known = this.#organisations.lastIndexOf(organisation)
    return known === -1 ? this.#organisations.push(organisation) - 1 : known
  }

  #addReading(row: number, reading: Reading): void {
    const { point, effective, ingest, flags } = reading
    this.#point[row] = int32(point, 'point')
    writeWhole(this.#effective, row, effective, 'effective')
    writeWhole(this.#ingest, row, ingest, 'ingest')
    this.#form[2 * row] =
      this.#addValue(row, reading) |
      qualityBits(reading) |
      ((reading.source === effective ? 1 : 0) << formBits.sameSource) |
      (inRange(flags, maxFlags, 'flags') << formBits.flags)
    this.#form[2 * row + 1] = int32(reading.typeVersion, 'typeVersion')
  }

  /** Gives the bits of the kind of value, and whether the rest is a list. */
  #addValue(row: number, reading: Reading): number {
    const { value, quality, source, server, native } = reading
    const isPlain =
      server === undefined &&
      native === undefined &&
      (source === undefined || source === reading.effective)
    if (typeof value === 'number' || typeof value === 'boolean') {
      const number = Number(value)
      if (!Number.isFinite(number)) throw new RangeError(`a reading's number is ${number}`)
      const kind = typeof value === 'number' ? valueKinds.number : valueKinds.boolean
      if (quality !== 'bad') {
        this.#number[row] = number
        return isPlain ? kind : kind | this.#addRest(row, null, reading)
      }
      this.#hasNoNumber(row)
      const text = Object.is(number, -0) ? '-0' : String(number)
      return kind | this.#addRest(row, text, reading)
    }
    this.#hasNoNumber(row)
    const kind = value === null ? valueKinds.none : valueKinds.text
    return kind | this.#addRest(row, value, reading)
  }

  #addRest(row: number, text: string | null, reading: Reading): number {
    wholeOrNone(reading.source, 'source')
    wholeOrNone(reading.server, 'server')
    const { rest, isList } = restOf(text, reading)
    if (rest !== null) this.#rest.push({ row, text: rest })
    return isList ? 1 << formBits.list : 0
  }

  #hasNoNumber(row: number): void {
    this.#numberValid ??= new Uint8Array(bytesOf(this.#count)).fill(0xff)
    const byte = row >>> 3
    this.#numberValid[byte] = (this.#numberValid[byte] ?? 0) & ~(1 << (row & 7))
  }
}

function qualityBits({ quality, code }: Reading): number {
  // Nearly every reading: two comparisons instead of two searches.
  if (quality === 'good' && code === 'ok') return 0
  return (
    (qualities.indexOf(quality) << formBits.quality) |
    (qualityCodes.indexOf(code) << formBits.code)
  )
}

/** Whole 64-bit words, as DuckDB reads them. */
function bytesOf(count: number): number {
  return Math.ceil(count / 64) * 8
}

function wholeOrNone(value: number | undefined, name: string): void {
  if (value === undefined || Number.isSafeInteger(value)) return
  throw new RangeError(`a reading's ${name} is ${value}`)
}

function writeWhole(halves: Int32Array, row: number, value: number, name: string): void {
  if (!Number.isSafeInteger(value)) throw new RangeError(`a reading's ${name} is ${value}`)
  halves[2 * row] = value
  halves[2 * row + 1] = Math.floor(value / two32)
}

function int32(value: number, name: string): number {
  if ((value | 0) !== value) throw new RangeError(`a reading's ${name} is ${value}`)
  return value
}

function inRange(value: number, max: number, name: string): number {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new RangeError(`a reading's ${name} is ${value}, not 0 to ${max}`)
  }
  return value
}
