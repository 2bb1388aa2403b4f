import { REORDER_WINDOW } from '../domain/reading.ts'
import { OPEN_MATTERS, staying } from './at-rest.ts'
import { delayEnd, isWaiting } from './evaluate.ts'
import { phases } from './holding.ts'
import type { Pages } from './pages.ts'
import { HISTORICAL, type Points } from './points.ts'
import { KEPT } from './recent.ts'
import type { Routes } from './routes.ts'
import { mark } from './rows.ts'
import type { PointsColumns } from './scratch.ts'
import type { AnyBlock } from './targets.ts'

const NORMAL = phases.indexOf('NORMAL')

/** What the short way needs. */
export interface ShortWayParts {
  readonly blocks: readonly AnyBlock[]
  /** By target: its block. */
  readonly blockOf: Uint16Array
  readonly routes: Routes
  readonly points: Points
  readonly pages: Pages
}

/**
 * The way of nearly every reading there ever is: a good number, newer than all its point said, of a
 * point that one rule alone reads, which is a limit, and its target stays what it is. It leaves every
 * column as `Intake` would, and whatever is not plain to see it leaves to that.
 *
 * All is done on columns in one loop that calls nothing which does not become part of it: that is what
 * makes it three times as fast as the same in methods.
 */
export class ShortWay {
  readonly #blocks: readonly AnyBlock[]
  readonly #blockOf: Uint16Array
  readonly #routes: Routes
  readonly #points: Points
  readonly #pages: Pages

  constructor(parts: ShortWayParts) {
    this.#blocks = parts.blocks
    this.#blockOf = parts.blockOf
    this.#routes = parts.routes
    this.#points = parts.points
    this.#pages = parts.pages
  }

  /** Takes in rows from `from` on as long as they are such, of one time and one rule; answers the first that is not. */
  // oxlint-disable-next-line complexity, max-lines-per-function, max-statements -- one loop without calls, see above
  take(columns: PointsColumns, ids: Uint32Array, from: number, to: number): number {
    const { numbers, only } = this.#routes
    const head = only[numbers[ids[from] ?? 0] ?? 0] ?? -1
    const block = head < 0 ? undefined : this.#blocks[this.#blockOf[head] ?? 0]
    if (block?.kind !== 'event' || block.lone === undefined) return from
    const { lone } = block
    const points = this.#points
    if (columns.texts.size > 0 || points.hasTexts) return from

    const at = columns.effective[from] ?? 0
    const { rows, first, size, episodes } = block
    const { phase, marks, time, known } = rows
    const { recent } = points
    const { mask, cursor, rings } = recent
    let row = from
    for (; row < to && columns.effective[row] === at; row += 1) {
      const point = numbers[ids[row] ?? 0] ?? -1
      if (point < 0) break
      const target = (only[point] ?? -1) - first
      if (target < 0 || target >= size) break
      const value = columns.value[row] ?? Number.NaN
      if (columns.quality[row] !== 0 || columns.boolean[row] !== 0) break
      const before = points.at[point] ?? 0
      if (!Number.isFinite(value) || at <= before || at <= (time[target] ?? 0)) break

      // Does the target stay what it is?
      const now = phase[target] ?? NORMAL
      if (now !== NORMAL && ((marks[target] ?? 0) & OPEN_MATTERS) !== mark.announced) break
      if (isWaiting(now)) {
        const stretch = at - (known[target] ?? -Infinity)
        if (stretch > block.maxGap(target) || at >= delayEnd(block, target)) break
      }
      const weighed = lone.weigh(target, at, value)
      if (lone.verdict(weighed) !== staying[now]) break

      // Is there a place for the reading before this one? Nothing was changed so far.
      const place = cursor[point] ?? 0
      const round = mask[point] ?? 0
      const isRecent = before >= at - KEPT
      if (isRecent ? round === 0 || (rings.at[place] ?? 0) >= at - KEPT : round !== 0) break
      const checkpoint = rows.newer(target)
      if (at - (time[target + checkpoint * size] ?? -Infinity) > REORDER_WINDOW) {
        episodes.moved(target, at - (time[target] ?? -Infinity) > KEPT)
        const older = checkpoint === 1 ? 2 : 1
        rows.copy(target, target + older * size)
        lone.copy(target, target + older * size)
        rows.setNewer(target, older)
      }
      if (isRecent) {
        rings.at[place] = before
        rings.value[place] = points.value[point] ?? Number.NaN
        rings.meta[place] = points.meta[point] ?? 0
        cursor[point] = (place & ~round) | ((place + 1) & round)
      }
      points.at[point] = at
      points.value[point] = value + 0
      points.meta[point] = at < (columns.ingest[row] ?? 0) - REORDER_WINDOW ? HISTORICAL : 0
      lone.keep(target, at, weighed)
      rows.stay(target, at)
      this.#pages.touchPoint(point)
      this.#pages.touchTarget(first + target)
    }
    return row
  }
}
