import { qualities, type Reading, type Value } from '../domain/reading.ts'
import type { ReadingColumns } from './columns.ts'

/** Of readings in columns, what points need. */
export type PointsColumns = Pick<
  ReadingColumns,
  'value' | 'texts' | 'boolean' | 'quality' | 'effective' | 'ingest' | 'flags'
>

/** One record's readings as columns, so that there is one way in. Used again for every record. */
export class Scratch implements PointsColumns {
  point = new Uint32Array(256)
  value = new Float64Array(256)
  readonly texts = new Map<number, string>()
  boolean = new Uint8Array(256)
  quality = new Uint8Array(256)
  effective = new Float64Array(256)
  ingest = new Float64Array(256)
  flags = new Uint8Array(256)

  fill(readings: readonly Reading[]): void {
    if (readings.length > this.point.length) this.#grow(readings.length)
    if (this.texts.size > 0) this.texts.clear()
    const { point, value, boolean, quality, effective, ingest, flags } = this
    for (let row = 0; row < readings.length; row += 1) {
      const reading = readings[row]
      if (reading === undefined) break
      const said = reading.value
      point[row] = reading.point
      boolean[row] = typeof said === 'boolean' ? 1 : 0
      value[row] = typeof said === 'number' ? said : this.#other(row, said)
      quality[row] = reading.quality === 'good' ? 0 : qualities.indexOf(reading.quality)
      effective[row] = reading.effective
      ingest[row] = reading.ingest
      flags[row] = reading.flags
    }
  }

  /** A value that is no number, as one; a text is kept aside. */
  #other(row: number, said: Exclude<Value, number>): number {
    if (typeof said === 'boolean') return said ? 1 : 0
    if (said !== null) this.texts.set(row, said)
    return Number.NaN
  }

  #grow(length: number): void {
    const size = 2 * length
    this.point = new Uint32Array(size)
    this.value = new Float64Array(size)
    this.boolean = new Uint8Array(size)
    this.quality = new Uint8Array(size)
    this.effective = new Float64Array(size)
    this.ingest = new Float64Array(size)
    this.flags = new Uint8Array(size)
  }
}
