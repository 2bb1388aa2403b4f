import { qualities, type Reading } from '../domain/reading.ts'
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
    for (let row = 0; row < readings.length; row += 1) {
      const reading = readings[row]
      if (reading !== undefined) this.#put(row, reading)
    }
  }

  #put(row: number, { point, value, quality, effective, ingest, flags }: Reading): void {
    this.point[row] = point
    this.boolean[row] = typeof value === 'boolean' ? 1 : 0
    if (typeof value === 'number') this.value[row] = value
    else if (typeof value === 'boolean') this.value[row] = value ? 1 : 0
    else {
      this.value[row] = Number.NaN
      if (value !== null) this.texts.set(row, value)
    }
    this.quality[row] = quality === 'good' ? 0 : qualities.indexOf(quality)
    this.effective[row] = effective
    this.ingest[row] = ingest
    this.flags[row] = flags
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
