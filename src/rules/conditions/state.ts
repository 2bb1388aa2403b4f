import { durationUs } from '../../domain/time.ts'
import type { LeafOf } from '../leaf-condition.ts'
import { FALSE, TRUE, type Truth, UNKNOWN } from '../truth.ts'
import { Newest } from '../windows/newest.ts'
import type { Figures, Leaf, LeafBlock } from './leaf.ts'

type State = LeafOf<'state'>

/** TRUE while the value is one of a set, or while the bits under a mask are the wanted ones. */
export const state: Leaf<State> = {
  roles: ({ role }) => [role],
  lookBack: () => durationUs(0),
  isTimed: false,
  make: (condition, { rows }) => new StateBlock(condition, rows),
}

class StateBlock implements LeafBlock {
  readonly #condition: State
  readonly #newest: Newest
  readonly #numbers: ReadonlySet<number>
  readonly #texts: ReadonlySet<string>

  constructor(condition: State, rows: number) {
    this.#condition = condition
    this.#newest = new Newest(rows)
    const { in: wanted = [] } = condition
    // A boolean is told as 0 or 1, so true is 1 here too.
    this.#numbers = new Set(
      wanted.flatMap((one) => (typeof one === 'string' ? [] : [Number(one)])),
    )
    this.#texts = new Set(wanted.flatMap((one) => (typeof one === 'string' ? [one] : [])))
  }

  // oxlint-disable-next-line max-params -- the contract's: a record for each reading would be an allocation
  take(row: number, _slot: number, at: number, value: number, text?: string): void {
    this.#newest.take(row, at, value, text)
  }

  lose(row: number): void {
    this.#newest.lose(row)
  }

  judge(row: number): Truth {
    if (this.#newest.isLost(row)) return UNKNOWN
    const text = this.#newest.text(row)
    const value = this.#newest.value(row)
    const { bits } = this.#condition
    if (bits === undefined) {
      const isOne = text === undefined ? this.#numbers.has(value) : this.#texts.has(text)
      return isOne ? TRUE : FALSE
    }
    // A text has no bits, nor has what is no whole number of 32 of them.
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** 32) return UNKNOWN
    return (value & bits.mask) >>> 0 === bits.match >>> 0 ? TRUE : FALSE
  }

  known(row: number): number {
    return this.#newest.at(row)
  }

  due(): number {
    return Infinity
  }

  figures(row: number): Figures {
    const { bits } = this.#condition
    const value = this.#newest.value(row)
    if (bits === undefined || !Number.isInteger(value)) return {}
    return { limit: bits.match, computed: (value & bits.mask) >>> 0 }
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
