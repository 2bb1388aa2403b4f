import { durationUs } from '../../domain/time.ts'
import type { LeafOf } from '../leaf-condition.ts'
import { FALSE, TRUE, type Truth, UNKNOWN } from '../truth.ts'
import type { Figures, Leaf } from './leaf.ts'
import { NewestLeaf } from './newest-leaf.ts'

type State = LeafOf<'state'>

/** TRUE while the value is one of a set, or while the bits under a mask are the wanted ones. */
export const state: Leaf<State> = {
  roles: ({ role }) => [role],
  lookBack: () => durationUs(0),
  isTimed: false,
  make: (condition, { rows }) => new StateBlock(condition, rows),
}

class StateBlock extends NewestLeaf {
  readonly #condition: State
  readonly #numbers: ReadonlySet<number>
  readonly #texts: ReadonlySet<string>

  constructor(condition: State, rows: number) {
    super(rows)
    this.#condition = condition
    const { in: wanted = [] } = condition
    // A boolean is told as 0 or 1, so true is 1 here too.
    this.#numbers = new Set(
      wanted.flatMap((one) => (typeof one === 'string' ? [] : [Number(one)])),
    )
    this.#texts = new Set(wanted.flatMap((one) => (typeof one === 'string' ? [one] : [])))
  }

  judge(row: number): Truth {
    if (this.newest.isLost(row)) return UNKNOWN
    const text = this.newest.text(row)
    const value = this.newest.value(row)
    const { bits } = this.#condition
    if (bits === undefined) {
      const isOne = text === undefined ? this.#numbers.has(value) : this.#texts.has(text)
      return isOne ? TRUE : FALSE
    }
    // A text has no bits, nor has what is no whole number of 32 of them.
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** 32) return UNKNOWN
    return (value & bits.mask) >>> 0 === bits.match >>> 0 ? TRUE : FALSE
  }

  override figures(row: number): Figures {
    const { bits } = this.#condition
    const value = this.newest.value(row)
    if (bits === undefined || !Number.isInteger(value)) return {}
    return { limit: bits.match, computed: (value & bits.mask) >>> 0 }
  }
}
