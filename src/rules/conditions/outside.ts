import { durationUs } from '../../domain/time.ts'
import type { LeafOf } from '../leaf-condition.ts'
import { FALSE, TRUE, type Truth, UNKNOWN } from '../truth.ts'
import { Newest } from '../windows/newest.ts'
import { damagedLeaf } from './damaged.ts'
import type { Figures, Leaf, LeafBlock, LeafSetting, ParameterColumn } from './leaf.ts'

type Outside = LeafOf<'outside'>

/** TRUE outside [low, high]: each edge is entered at itself and left beyond its deadband, as a threshold is. */
export const outside: Leaf<Outside> = {
  roles: ({ role }) => [role],
  lookBack: () => durationUs(0),
  isTimed: false,
  make: (condition, setting) => new OutsideBlock(condition, setting),
}

const LOW = 1
const HIGH = 2

class OutsideBlock implements LeafBlock {
  readonly #low: ParameterColumn
  readonly #high: ParameterColumn
  readonly #deadband: number
  readonly #newest: Newest
  /** Which of the two edges is latched. */
  readonly #latched: Uint8Array

  constructor({ low, high, deadband }: Outside, setting: LeafSetting) {
    this.#low = setting.parameter(low)
    this.#high = setting.parameter(high)
    this.#deadband = deadband
    this.#newest = new Newest(setting.rows)
    this.#latched = new Uint8Array(setting.rows)
  }

  take(row: number, _slot: number, at: number, value: number): void {
    this.#newest.take(row, at, value, undefined)
  }

  lose(row: number): void {
    this.#newest.lose(row)
  }

  judge(row: number, at: number): Truth {
    const value = this.#newest.value(row)
    const low = this.#low.at(row, at)
    const high = this.#high.at(row, at)
    if (this.#newest.isLost(row) || Number.isNaN(value + low + high)) return UNKNOWN
    const before = this.#latched[row] ?? 0
    const isLow = value <= low + ((before & LOW) === 0 ? 0 : this.#deadband)
    const isHigh = value >= high - ((before & HIGH) === 0 ? 0 : this.#deadband)
    this.#latched[row] = (isLow ? LOW : 0) | (isHigh ? HIGH : 0)
    return isLow || isHigh ? TRUE : FALSE
  }

  known(row: number): number {
    return this.#newest.at(row)
  }

  due(row: number, at: number): number {
    return Math.min(this.#low.changes(row, at), this.#high.changes(row, at))
  }

  /** The edge that is nearer to the value. */
  figures(row: number, at: number, holds: boolean): Figures {
    const low = this.#low.at(row, at)
    const high = this.#high.at(row, at)
    if (Number.isNaN(low + high)) return {}
    const margin = holds ? 0 : this.#deadband
    const isLow = this.#newest.value(row) - low < high - this.#newest.value(row)
    return { limit: isLow ? low + margin : high - margin }
  }

  level(): number {
    return 1
  }

  latch(row: number, holds: boolean): void {
    this.#latched[row] = holds ? LOW | HIGH : 0
  }

  copy(from: number, to: number): void {
    this.#newest.copy(from, to)
    this.#latched[to] = this.#latched[from] ?? 0
  }

  clear(row: number): void {
    this.#newest.clear(row)
    this.#latched[row] = 0
  }

  save(row: number): unknown {
    return [this.#latched[row] ?? 0, this.#newest.save(row)]
  }

  load(row: number, saved: unknown): void {
    if (!Array.isArray(saved) || saved.length !== 2) throw damagedLeaf('outside')
    const [latched, newest] = saved as readonly unknown[]
    this.#newest.load(row, newest)
    this.#latched[row] = Number(latched)
  }
}
