import type { Truth } from '../truth.ts'
import { Newest } from '../windows/newest.ts'
import type { Figures, LeafBlock } from './leaf.ts'

/** A leaf that rests on nothing but what its one point said last; what that makes of it is for others to say. */
export abstract class NewestLeaf implements LeafBlock {
  protected readonly newest: Newest

  constructor(rows: number) {
    this.newest = new Newest(rows)
  }

  abstract judge(row: number): Truth

  // oxlint-disable-next-line max-params -- the contract's: a record for each reading would be an allocation
  take(row: number, _slot: number, at: number, value: number, text?: string): void {
    this.newest.take(row, at, value, text)
  }

  lose(row: number): void {
    this.newest.lose(row)
  }

  known(row: number): number {
    return this.newest.at(row)
  }

  due(): number {
    return Infinity
  }

  figures(_row: number): Figures {
    return {}
  }

  level(): number {
    return 1
  }

  copy(from: number, to: number): void {
    this.newest.copy(from, to)
  }

  clear(row: number): void {
    this.newest.clear(row)
  }

  save(row: number): unknown {
    return this.newest.save(row)
  }

  load(row: number, saved: unknown): void {
    this.newest.load(row, saved)
  }
}
