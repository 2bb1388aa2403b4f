import type { LeafOf } from '../leaf-condition.ts'
import { FALSE, TRUE, type Truth, UNKNOWN } from '../truth.ts'
import { Buckets } from '../windows/buckets.ts'
import { Newest } from '../windows/newest.ts'
import { savedList, savedTime } from '../windows/saved.ts'
import type { Figures, Leaf, LeafBlock, LeafSetting } from './leaf.ts'

type CountInWindow = LeafOf<'countInWindow'>

/** Up to this many events are kept with their exact times; for more the window is cut into as many cells. */
const EXACT = 64

/**
 * TRUE while at least `count` events fell into (now - window, now]. It ends by itself as events
 * leave the window. Events are: `rising`, from below `on` to at or above it; `falling`, the other
 * way; `change`, to another number or text; `reading`, every one that is known. The first reading
 * is neither an edge nor a change. Across readings that are UNKNOWN the one before is held against
 * the one after: that much happened for certain.
 *
 * UNKNOWN while the newest reading is (a text, for an edge); and, with fewer than `count` events,
 * until half a window has passed since the first reading.
 *
 * Rounding: none up to a `count` of 64. Above, events of one 64th of the window share an entry,
 * which leaves as a whole with the first of them: up to window / 64 too early.
 */
export const countInWindow: Leaf<CountInWindow> = {
  roles: ({ role }) => [role],
  lookBack: ({ window }) => window,
  isTimed: true,
  make: (condition, setting) => new CountBlock(condition, setting),
}

class CountBlock implements LeafBlock {
  readonly #condition: CountInWindow
  readonly #newest: Newest
  /** When the first reading was, µs; Infinity before. */
  readonly #since: Float64Array
  /** How many events each entry stands for. */
  readonly #events: Buckets

  constructor(condition: CountInWindow, { rows }: LeafSetting) {
    this.#condition = condition
    this.#newest = new Newest(rows)
    this.#since = new Float64Array(rows).fill(Infinity)
    const { count, window } = condition
    this.#events = new Buckets(rows, {
      fields: 1,
      ...(count <= EXACT
        ? { width: 1, most: count }
        : { width: Math.ceil(window / EXACT), most: EXACT + 2 }),
    })
  }

  // oxlint-disable-next-line max-params -- the contract's: a record for each reading would be an allocation
  take(
    row: number,
    slot: number,
    at: number,
    value: number,
    text: string | undefined,
  ): void {
    const { event } = this.#condition
    if (Number.isNaN(value) && (event === 'rising' || event === 'falling')) {
      this.lose(row)
      return
    }
    if (this.#happens(row, value, text)) {
      this.#events.drop(row, this.#firstLeft(row, at))
      const entry = this.#events.entryAt(row, at)
      const before = this.#events.get(row, entry, 0)
      this.#events.set(row, entry, 0, Number.isNaN(before) ? 1 : before + 1)
    }
    this.#since[row] = Math.min(this.#since[row] ?? at, at)
    this.#newest.take(row, at, value, text)
  }

  lose(row: number): void {
    this.#newest.lose(row)
  }

  judge(row: number, at: number): Truth {
    if (this.#newest.isLost(row)) return UNKNOWN
    if (this.#counted(row, at) >= this.#condition.count) return TRUE
    return at >= this.#enough(row) ? FALSE : UNKNOWN
  }

  known(row: number): number {
    return this.#newest.at(row)
  }

  due(row: number, at: number): number {
    if (this.#newest.isLost(row)) return Infinity
    const { count, window } = this.#condition
    // The event with which, from the newest back, there are enough: once it leaves there are not.
    const last = this.#events.lastWith(row, 0, count)
    const leaves = last < 0 ? -Infinity : this.#events.time(row, last) + window
    if (leaves > at) return leaves
    const enough = this.#enough(row)
    return enough > at ? enough : Infinity
  }

  /** Up to a limit of 64 it says at most the limit. */
  figures(row: number, at: number): Figures {
    return { limit: this.#condition.count, computed: this.#counted(row, at) }
  }

  level(): number {
    return 1
  }

  copy(from: number, to: number): void {
    this.#newest.copy(from, to)
    this.#since[to] = this.#since[from] ?? Infinity
    this.#events.copy(from, to)
  }

  clear(row: number): void {
    this.#newest.clear(row)
    this.#since[row] = Infinity
    this.#events.clear(row)
  }

  save(row: number): unknown {
    const since = this.#since[row] ?? Infinity
    return [
      this.#newest.save(row),
      since === Infinity ? null : since,
      this.#events.save(row),
    ]
  }

  load(row: number, saved: unknown): void {
    const [newest, since, events] = savedList(saved, 3)
    this.#newest.load(row, newest)
    this.#since[row] = since === null ? Infinity : savedTime(since)
    this.#events.load(row, events)
  }

  #happens(row: number, value: number, text: string | undefined): boolean {
    const { event, on } = this.#condition
    if (event === 'reading') return true
    if (this.#newest.at(row) === -Infinity) return false
    const before = this.#newest.value(row)
    switch (event) {
      case 'rising':
        return before < on && value >= on
      case 'falling':
        return before >= on && value < on
      case 'change':
        return Number.isNaN(value) ? text !== this.#newest.text(row) : value !== before
    }
  }

  #counted(row: number, at: number): number {
    return this.#events.sum(row, this.#firstLeft(row, at), 0)
  }

  /** The first entry that is still within the window at `at`. */
  #firstLeft(row: number, at: number): number {
    return this.#events.firstFrom(row, at - this.#condition.window + 1)
  }

  /** From when on too few events are known to be too few. */
  #enough(row: number): number {
    return (this.#since[row] ?? Infinity) + this.#condition.window / 2
  }
}
