import { Buckets, type Cut } from './buckets.ts'

const READINGS = 0
const SUM = 1

/** Buckets of which each knows how many readings it stands for and their mean. */
export class Means {
  readonly entries: Buckets

  constructor(rows: number, cut: Omit<Cut, 'fields'>) {
    this.entries = new Buckets(rows, { ...cut, fields: 2 })
  }

  add(row: number, at: number, value: number): void {
    const { entries } = this
    const entry = entries.entryAt(row, at)
    const readings = entries.get(row, entry, READINGS)
    const isNew = Number.isNaN(readings)
    entries.set(row, entry, READINGS, isNew ? 1 : readings + 1)
    entries.set(row, entry, SUM, isNew ? value : entries.get(row, entry, SUM) + value)
  }

  readings(row: number, entry: number): number {
    return this.entries.get(row, entry, READINGS)
  }

  mean(row: number, entry: number): number {
    return this.entries.get(row, entry, SUM) / this.readings(row, entry)
  }

  /** Over all entries, each reading counting the same; NaN of none. */
  meanOfAll(row: number): number {
    const { entries } = this
    return entries.sum(row, 0, SUM) / entries.sum(row, 0, READINGS)
  }
}
