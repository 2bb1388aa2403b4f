import {
  durationUs,
  later,
  MINUTE,
  SECOND,
  timeUs,
  type TimeUs,
} from '../../domain/time.ts'
import type { ConditionPoint } from './watched.ts'

/** A server that does not say when its listing ends is asked anew after this long. */
const within = durationUs(10 * SECOND)
/** Doubled each time it did not end, up to this. */
const longestWait = durationUs(10 * MINUTE)

/**
 * Where the listing of a server's conditions stands (ConditionRefresh of OPC UA part 9): asked for,
 * begun, ended, or to be asked for anew. Knows no server: what happens is told to it.
 */
export class Listing {
  /** Points that were among those listed; undefined while none is asked for. */
  #seen: Set<ConditionPoint> | undefined
  /** Between its two marks. */
  #begun = false
  #askAgain: TimeUs | undefined
  #askedAt: TimeUs | undefined
  #unfinished = 0

  /**
   * The server is asked. What was under way before does not end this: only the end of a listing that
   * began after it was asked for does.
   */
  asked(now: TimeUs): void {
    const wait = Math.min(within * 2 ** this.#unfinished, longestWait)
    this.#unfinished = Math.min(this.#unfinished + 1, 10)
    this.#askedAt = now
    this.#askAgain = later(now, durationUs(wait))
    this.#seen = new Set()
    this.#begun = false
  }

  /** The server will not list anything this time. */
  refused(): void {
    this.#seen = undefined
  }

  begun(): void {
    this.#begun = this.#seen !== undefined
  }

  /** What comes now is said because we asked. */
  get isUnderWay(): boolean {
    return this.#seen !== undefined && this.#begun
  }

  /** The point is among those listed. */
  names(point: ConditionPoint): void {
    this.#seen?.add(point)
  }

  /** The end mark came. The points that were listed, if this ends a listing that we asked for. */
  ended(): ReadonlySet<ConditionPoint> | undefined {
    const seen = this.#seen
    if (seen === undefined || !this.#begun) return undefined
    this.#seen = undefined
    this.#askAgain = undefined
    this.#unfinished = 0
    return seen
  }

  /** Something was lost on the way: asked for soon, but not more often than a listing may take. */
  needed(now: TimeUs): void {
    const soonest = this.#askedAt === undefined ? now : later(this.#askedAt, within)
    this.#askAgain = timeUs(Math.max(now, soonest))
  }

  isDue(now: TimeUs): boolean {
    return this.#askAgain !== undefined && now >= this.#askAgain
  }

  /** What the server left out of the listing it was asked for; undefined when none is open. */
  get missing(): 'begin' | 'finish' | undefined {
    if (this.#seen === undefined) return undefined
    return this.#begun ? 'finish' : 'begin'
  }
}
