import type { LeafOf } from '../leaf-condition.ts'
import { FALSE, TRUE, type Truth, UNKNOWN } from '../truth.ts'
import { Line } from '../windows/line.ts'
import { Limit } from '../windows/limit.ts'
import { Newest } from '../windows/newest.ts'
import { savedList } from '../windows/saved.ts'
import type { Figures, Leaf, LeafBlock, LeafSetting } from './leaf.ts'

type Forecast = LeafOf<'forecast'>

/**
 * TRUE when the straight line through the readings in [newest - window, newest] (ordinary least
 * squares in time) is at or beyond the limit `horizon` after the newest; or when the newest reading
 * is there already, which needs no line. It rests on readings and does not change as time passes
 * without one, unless the limit does.
 *
 * FALSE when the line does not get there, however well it fits: values that only jitter have no
 * direction, and an alarm must be able to end. UNKNOWN when it gets there with an R² below `minR2`
 * (1 for readings that are all equal); while there are fewer than `samples` readings, or they are less
 * than half a window apart; and while the newest reading is.
 *
 * Rounding: readings closer together than 1/16 of the window leave it together, with the first of
 * their 16th, so readings of its oldest 16th may be missing. The fit is exact for the others.
 */
export const forecast: Leaf<Forecast> = {
  roles: ({ role }) => [role],
  lookBack: ({ window }) => window,
  isTimed: false,
  make: (condition, setting) => new ForecastBlock(condition, setting),
}

class ForecastBlock implements LeafBlock {
  readonly #condition: Forecast
  readonly #limit: Limit
  readonly #newest: Newest
  readonly #line: Line

  constructor(condition: Forecast, setting: LeafSetting) {
    this.#condition = condition
    this.#limit = new Limit({ ...condition, deadband: 0 }, setting)
    this.#newest = new Newest(setting.rows)
    this.#line = new Line(setting.rows, condition.window)
  }

  take(row: number, slot: number, at: number, value: number): void {
    if (Number.isNaN(value)) {
      this.lose(row)
      return
    }
    this.#newest.take(row, at, value, undefined)
    this.#line.add(row, at, value)
  }

  lose(row: number): void {
    this.#newest.lose(row)
  }

  judge(row: number, at: number): Truth {
    if (this.#newest.isLost(row)) return UNKNOWN
    const isThere = this.#limit.isReached(row, at, this.#newest.value(row))
    if (isThere !== FALSE) return isThere
    const getsThere = this.#limit.isReached(row, at, this.#reached(row))
    if (getsThere !== TRUE) return getsThere
    return this.#line.fit(row).r2 >= this.#condition.minR2 ? TRUE : UNKNOWN
  }

  known(row: number): number {
    return this.#newest.at(row)
  }

  due(row: number, at: number): number {
    return this.#limit.due(row, at)
  }

  /** Computed is the value at the end of the horizon. */
  figures(row: number, at: number): Figures {
    return { limit: this.#limit.figure(row, at, true), computed: this.#reached(row) }
  }

  level(): number {
    return 1
  }

  copy(from: number, to: number): void {
    this.#newest.copy(from, to)
    this.#line.copy(from, to)
  }

  clear(row: number): void {
    this.#newest.clear(row)
    this.#line.clear(row)
  }

  save(row: number): unknown {
    return [this.#newest.save(row), this.#line.save(row)]
  }

  load(row: number, saved: unknown): void {
    const [newest, line] = savedList(saved, 2)
    this.#newest.load(row, newest)
    this.#line.load(row, line)
  }

  /** The value of the line at the end of the horizon; NaN while there is too little to draw one. */
  #reached(row: number): number {
    if (this.#line.isEmpty(row)) return Number.NaN
    const { window, horizon, samples } = this.#condition
    const { readings, from, slope, time, value } = this.#line.fit(row)
    const newest = this.#newest.at(row)
    if (readings < samples || newest - from < window / 2) return Number.NaN
    return value + slope * (newest - time + horizon)
  }
}
