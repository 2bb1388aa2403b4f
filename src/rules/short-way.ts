import { REORDER_WINDOW } from '../domain/reading.ts'
import { OPEN_MATTERS, staying } from './at-rest.ts'
import type { Block } from './block.ts'
import type { DueQueue } from './due-queue.ts'
import { advance, after, delayEnd, isWaiting, type Moment } from './evaluate.ts'
import { phases } from './holding.ts'
import type { Pages } from './pages.ts'
import { HISTORICAL, type Points } from './points.ts'
import { KEPT } from './recent.ts'
import type { Routes } from './routes.ts'
import { mark } from './rows.ts'
import type { PointsColumns } from './scratch.ts'
import type { AnyBlock } from './targets.ts'
import { TRUE, type Truth, UNKNOWN } from './truth.ts'

const NORMAL = phases.indexOf('NORMAL')
const PENDING = phases.indexOf('PENDING')
/** Where a target is not judged here. */
const NOWHERE = 255

/** What the short way needs. */
export interface ShortWayParts {
  readonly blocks: readonly AnyBlock[]
  /** By target: its block. */
  readonly blockOf: Uint16Array
  readonly routes: Routes
  readonly points: Points
  readonly pages: Pages
  readonly queue: DueQueue
  readonly moment: Moment
}

/**
 * The way of nearly every reading there ever is: a good number, newer than all its point said, of a
 * point that one rule alone reads, which is a limit. It leaves every column as `Intake` would, and
 * whatever is not plain to see it leaves to that: what is lost, unknown or out of order, what was said of
 * the past, and a rule without delays that has something to say.
 *
 * All is done on columns in one loop that, for what happens all the time, calls nothing which does not
 * become part of it: that is what makes it three times as fast as the same in methods.
 */
export class ShortWay {
  readonly #blocks: readonly AnyBlock[]
  readonly #blockOf: Uint16Array
  readonly #routes: Routes
  readonly #points: Points
  readonly #pages: Pages
  readonly #queue: DueQueue
  readonly #moment: Moment
  /** How far `advance` is to go; used again for every reading. */
  readonly #way: { readonly moment: Moment; until: number; readonly inclusive: false }

  constructor(parts: ShortWayParts) {
    this.#blocks = parts.blocks
    this.#blockOf = parts.blockOf
    this.#routes = parts.routes
    this.#points = parts.points
    this.#pages = parts.pages
    this.#queue = parts.queue
    this.#moment = parts.moment
    this.#way = { moment: parts.moment, until: 0, inclusive: false }
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

    const { effective, ingest, value: values, quality, boolean } = columns
    const at = effective[from] ?? 0
    const { rows, first, size, episodes } = block
    const { phase, marks, time, known, turn } = rows
    const { at: newestAt, value: newest, meta, recent } = points
    const { mask, rings } = recent
    let row = from
    for (; row < to && effective[row] === at; row += 1) {
      const point = numbers[ids[row] ?? 0] ?? -1
      if (point < 0) break
      const target = (only[point] ?? -1) - first
      if (target < 0 || target >= size) break
      const value = values[row] ?? Number.NaN
      if (quality[row] !== 0 || boolean[row] !== 0) break
      const before = newestAt[point] ?? 0
      if (!Number.isFinite(value) || at <= before || at <= (time[target] ?? 0)) break
      const isOld = at < (ingest[row] ?? 0) - REORDER_WINDOW

      // What was due before comes first.
      let now = phase[target] ?? NORMAL
      if (isWaiting(now) && at > delayEnd(block, target)) {
        this.#bringTo(block, target, at, isOld)
        now = phase[target] ?? NORMAL
      }
      // Is there anything on anyone's mind, or a hole to be counted?
      const matters = (marks[target] ?? 0) & OPEN_MATTERS
      if (now === NORMAL ? (matters & mark.lost) !== 0 : matters !== mark.announced) break
      if (isWaiting(now)) {
        const stretch = at - (known[target] ?? -Infinity)
        if (stretch > block.maxGap(target) || at >= delayEnd(block, target)) break
      }
      const weighed = lone.weigh(target, at, value)
      const verdict = lone.verdict(weighed)
      const next = verdict === staying[now] ? now : turned(block, now, verdict)
      if (next === NOWHERE) break

      const checkpoint = turn[target] === 1 ? 2 : 1
      if (at - (time[target + checkpoint * size] ?? -Infinity) > REORDER_WINDOW) {
        episodes.moved(target, at - (time[target] ?? -Infinity) > KEPT)
        const older = checkpoint === 1 ? 2 : 1
        rows.copy(target, target + older * size)
        lone.copy(target, target + older * size)
        rows.setNewer(target, older)
      }
      // Where there is a place for the reading before this one, it goes there.
      const { cursor } = recent
      const place = cursor[point] ?? 0
      const round = mask[point] ?? 0
      const isRecent = before >= at - KEPT
      if (isRecent && round !== 0 && (rings.at[place] ?? 0) < at - KEPT) {
        rings.at[place] = before
        rings.value[place] = newest[point] ?? Number.NaN
        rings.meta[place] = meta[point] ?? 0
        cursor[point] = (place & ~round) | ((place + 1) & round)
      } else if (isRecent || round !== 0) recent.keepNewest(point, at - KEPT)
      newestAt[point] = at
      newest[point] = value + 0
      meta[point] = isOld ? HISTORICAL : 0
      lone.keep(target, at, weighed)
      rows.stay(target, at)
      if (next !== now) this.#turn(block, target, next)
      this.#pages.touchPoint(point)
      this.#pages.touchTarget(first + target)
    }
    return row
  }

  /** As `Intake` would. A target that is not judged here afterwards is where it would be anyway. */
  #bringTo(block: Block, target: number, at: number, isOld: boolean): void {
    this.#moment.historical = isOld
    this.#way.until = at
    advance(block, target, this.#way)
  }

  /** A delay begins, or is given up. */
  #turn(block: Block, target: number, next: number): void {
    const { rows } = block
    rows.phase[target] = next
    if (!isWaiting(next)) return
    rows.onset[target] = rows.time[target] ?? 0
    this.#queue.sooner(block.first + target)
  }
}

/** The phase after a verdict that does not leave a target in the one it is in, where that tells nobody anything. */
function turned({ rule }: Block, phase: number, verdict: Truth): number {
  if (verdict === UNKNOWN) return NOWHERE
  const next = (verdict === TRUE ? after.true : after.false)[phase] ?? NOWHERE
  const delay = next === PENDING ? rule.onDelay : rule.offDelay
  return isWaiting(next) && delay === 0 ? NOWHERE : next
}
