import { ROWS_EACH } from './crowd.ts'
import { type Phase, phases } from './holding.ts'

/** Bits of a row's marks. */
export const mark = {
  /** The raise is known from current data, or there is none. */
  announced: 1,
  /** `evidence_lost` was said and `evidence_back` was not. */
  lost: 2,
  /** Something came due on evidence that was UNKNOWN by then; no time helps before the next reading. */
  parked: 4,
  /** At the last evaluation the condition was UNKNOWN. */
  blank: 8,
  /** The last evaluation was caused by a due time and not by a reading. */
  byDue: 16,
  /** Readings of the record at hand were taken and not judged yet. Never kept. */
  touched: 32,
} as const

const FRESH = mark.announced | mark.blank

/** What is saved of one row: phase, marks, level, onset, raised at, time, known. Null is "never". */
export type SavedRow = [
  number,
  number,
  number,
  number | null,
  number | null,
  number | null,
  number | null,
]

/**
 * What the detector remembers of a rule's assets, in columns: row `target` is what is now, the rows
 * `target + size` and `target + 2 × size` are checkpoints. Times are µs, -Infinity for "never".
 */
export class Rows {
  readonly size: number
  /** Index into `phases`. */
  readonly phase: Uint8Array
  readonly marks: Uint8Array
  readonly level: Uint8Array
  /** PENDING and CLEARING: when the delay began, moved forward by what does not count. */
  readonly onset: Float64Array
  /** ACTIVE and CLEARING: when the alarm began. */
  readonly raisedAt: Float64Array
  /** Of the last evaluation. */
  readonly time: Float64Array
  /** Of the last evaluation that a reading caused and that was not UNKNOWN. */
  readonly known: Float64Array
  /** By target: 1 where the newer checkpoint is the second one. */
  readonly turn: Uint8Array

  constructor(size: number) {
    this.size = size
    const rows = ROWS_EACH * size
    this.phase = new Uint8Array(rows)
    this.marks = new Uint8Array(rows).fill(FRESH)
    this.level = new Uint8Array(rows).fill(1)
    this.onset = new Float64Array(rows).fill(-Infinity)
    this.raisedAt = new Float64Array(rows).fill(-Infinity)
    this.time = new Float64Array(rows).fill(-Infinity)
    this.known = new Float64Array(rows).fill(-Infinity)
    this.turn = new Uint8Array(size)
  }

  phaseOf(row: number): Phase {
    return phases[this.phase[row] ?? 0] ?? 'NORMAL'
  }

  /** 1 or 2: which checkpoint of a target is the newer one. */
  newer(target: number): 1 | 2 {
    return this.turn[target] === 1 ? 2 : 1
  }

  setNewer(target: number, checkpoint: 1 | 2): void {
    this.turn[target] = checkpoint - 1
  }

  has(row: number, bit: number): boolean {
    return ((this.marks[row] ?? 0) & bit) !== 0
  }

  set(row: number, bit: number): void {
    this.marks[row] = (this.marks[row] ?? 0) | bit
  }

  unset(row: number, bit: number): void {
    this.marks[row] = (this.marks[row] ?? 0) & ~bit
  }

  /** Does a reading of `at` come after all that the row was judged by? */
  isInOrder(row: number, at: number): boolean {
    const time = this.time[row] ?? -Infinity
    return at > time || (at === time && !this.has(row, mark.byDue))
  }

  /** Judged by a reading of `at`, with no change but that. */
  stay(row: number, at: number): void {
    this.time[row] = at
    this.known[row] = at
    const marks = this.marks[row] ?? 0
    const left = marks & ~(mark.byDue | mark.blank | mark.parked)
    if (left !== marks) this.marks[row] = left
  }

  copy(from: number, to: number): void {
    this.take(to, this, from)
  }

  /** Row `to` becomes what row `row` of other rows is. */
  take(to: number, from: Rows, row: number): void {
    this.phase[to] = from.phase[row] ?? 0
    this.marks[to] = from.marks[row] ?? FRESH
    this.level[to] = from.level[row] ?? 1
    this.onset[to] = from.onset[row] ?? -Infinity
    this.raisedAt[to] = from.raisedAt[row] ?? -Infinity
    this.time[to] = from.time[row] ?? -Infinity
    this.known[to] = from.known[row] ?? -Infinity
  }

  /** 0 for a row in which nothing ever happened. */
  save(row: number): SavedRow | 0 {
    const saved: SavedRow = [
      this.phase[row] ?? 0,
      (this.marks[row] ?? 0) & ~mark.touched,
      this.level[row] ?? 1,
      savedTime(this.onset[row]),
      savedTime(this.raisedAt[row]),
      savedTime(this.time[row]),
      savedTime(this.known[row]),
    ]
    return saved[0] === 0 && saved[1] === FRESH && saved[5] === null ? 0 : saved
  }

  load(row: number, saved: SavedRow | 0): void {
    if (saved === 0) return
    const [phase, marks, level, onset, raisedAt, time, known] = saved
    this.phase[row] = phase
    this.marks[row] = marks
    this.level[row] = level
    this.onset[row] = onset ?? -Infinity
    this.raisedAt[row] = raisedAt ?? -Infinity
    this.time[row] = time ?? -Infinity
    this.known[row] = known ?? -Infinity
  }
}

/** JSON has no Infinity: "never" is null. */
export function savedTime(at: number | undefined): number | null {
  return at === undefined || at === -Infinity ? null : at
}
