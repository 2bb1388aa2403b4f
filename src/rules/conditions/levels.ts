import { durationUs } from '../../domain/time.ts'
import type { LeafOf } from '../leaf-condition.ts'
import { FALSE, TRUE, type Truth, UNKNOWN } from '../truth.ts'
import { Newest } from '../windows/newest.ts'
import { damagedLeaf } from './damaged.ts'
import type { Figures, Leaf, LeafBlock, LeafSetting, ParameterColumn } from './leaf.ts'

type Levels = LeafOf<'levels'>

/** Several limits of one value, each with its own latch and deadband; the highest latched is the level. */
export const levels: Leaf<Levels> = {
  roles: ({ role }) => [role],
  lookBack: () => durationUs(0),
  isTimed: false,
  make: (condition, setting) => new LevelsBlock(condition, setting),
}

class LevelsBlock implements LeafBlock {
  readonly #steps: readonly { readonly limit: ParameterColumn; readonly deadband: number }[]
  readonly #sign: 1 | -1
  readonly #newest: Newest
  /** By row: bit i is the latch of step i. There are at most 8. */
  readonly #latched: Uint8Array

  constructor({ side, steps }: Levels, setting: LeafSetting) {
    this.#sign = side === 'above' ? 1 : -1
    this.#steps = steps.map(({ limit, deadband }) => ({
      limit: setting.parameter(limit),
      deadband,
    }))
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
    const value = this.#sign * this.#newest.value(row)
    if (this.#newest.isLost(row) || Number.isNaN(value)) return UNKNOWN
    let latched = 0
    let bit = 1
    for (const { limit, deadband } of this.#steps) {
      const enters = this.#sign * limit.at(row, at)
      // One limit that is not known makes the level unknown, and so the whole.
      if (Number.isNaN(enters)) return UNKNOWN
      const leaves = (this.#latchedAt(row) & bit) !== 0 ? enters - deadband : enters
      if (value >= leaves) latched |= bit
      bit <<= 1
    }
    this.#latched[row] = latched
    return latched === 0 ? FALSE : TRUE
  }

  known(row: number): number {
    return this.#newest.at(row)
  }

  due(row: number, at: number): number {
    let due = Infinity
    for (const { limit } of this.#steps) due = Math.min(due, limit.changes(row, at))
    return due
  }

  /** The limit of the level; for the end of it the limit of leaving the mildest. */
  figures(row: number, at: number, holds: boolean): Figures {
    const step = this.#steps[holds ? this.level(row) - 1 : 0]
    const limit = step?.limit.at(row, at) ?? Number.NaN
    if (step === undefined || Number.isNaN(limit)) return {}
    return { limit: holds ? limit : limit - this.#sign * step.deadband }
  }

  level(row: number): number {
    return Math.max(1, 32 - Math.clz32(this.#latchedAt(row)))
  }

  latch(row: number, holds: boolean): void {
    this.#latched[row] = holds ? 2 ** this.#steps.length - 1 : 0
  }

  copy(from: number, to: number): void {
    this.#newest.copy(from, to)
    this.#latched[to] = this.#latchedAt(from)
  }

  clear(row: number): void {
    this.#newest.clear(row)
    this.#latched[row] = 0
  }

  save(row: number): unknown {
    return [this.#latchedAt(row), this.#newest.save(row)]
  }

  load(row: number, saved: unknown): void {
    if (!Array.isArray(saved) || saved.length !== 2) throw damagedLeaf('levels')
    const [latched, newest] = saved as readonly unknown[]
    this.#newest.load(row, newest)
    this.#latched[row] = Number(latched)
  }

  #latchedAt(row: number): number {
    return this.#latched[row] ?? 0
  }
}
