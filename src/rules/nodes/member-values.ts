import type { Figures, LeafBlock } from '../conditions/leaf.ts'
import { TRUE, type Truth, UNKNOWN } from '../truth.ts'
import { Newest } from '../windows/newest.ts'

/** What one role of each member of a group said last. TRUE where that is a number that is known. */
export class MemberValues implements LeafBlock {
  readonly #newest: Newest

  constructor(rows: number) {
    this.#newest = new Newest(rows)
  }

  /** NaN before anything was said, and for a text. */
  value(row: number): number {
    return this.#newest.value(row)
  }

  take(row: number, _slot: number, at: number, value: number): void {
    this.#newest.take(row, at, value, undefined)
  }

  lose(row: number): void {
    this.#newest.lose(row)
  }

  judge(row: number): Truth {
    return this.#newest.isLost(row) || Number.isNaN(this.value(row)) ? UNKNOWN : TRUE
  }

  known(row: number): number {
    return this.#newest.at(row)
  }

  due(): number {
    return Infinity
  }

  figures(): Figures {
    return {}
  }

  level(): number {
    return 1
  }

  copy(from: number, to: number): void {
    this.#newest.copy(from, to)
  }

  clear(row: number): void {
    this.#newest.clear(row)
  }

  save(row: number): unknown {
    return this.#newest.save(row)
  }

  load(row: number, saved: unknown): void {
    this.#newest.load(row, saved)
  }
}
