import type { TimeUs } from '../../domain/time.ts'
import type { TimerRow } from '../timers.ts'

/** Timers by id and by when they are due. */
export class DueTimers {
  readonly #byId = new Map<string, TimerRow>()
  /** A heap by due and id; what was moved or forgotten is dropped when it comes up. */
  readonly #heap: TimerRow[] = []

  set(timer: TimerRow): void {
    this.#byId.set(timer.id, timer)
    this.#heap.push(timer)
    this.#rise(this.#heap.length - 1)
  }

  forget(id: string): void {
    this.#byId.delete(id)
  }

  /** When the next is due; undefined: there is none. */
  next(): TimeUs | undefined {
    for (;;) {
      const [first] = this.#heap
      if (first === undefined || this.#byId.get(first.id) === first) return first?.due
      this.#drop()
    }
  }

  /** Those due by then, the oldest first and of one time by id, at most so many. They stay. */
  dueBy(time: TimeUs, atMost: number): readonly TimerRow[] {
    const found: TimerRow[] = []
    for (;;) {
      const due = this.next()
      const [first] = this.#heap
      if (due === undefined || due > time || first === undefined) break
      found.push(first)
      this.#drop()
      if (found.length === atMost) break
    }
    for (const timer of found) {
      this.#heap.push(timer)
      this.#rise(this.#heap.length - 1)
    }
    return found
  }

  /** Is this timer still set as it was? */
  has(timer: TimerRow): boolean {
    return this.#byId.get(timer.id) === timer
  }

  #drop(): void {
    const last = this.#heap.pop()
    if (last === undefined || this.#heap.length === 0) return
    this.#heap[0] = last
    this.#sink()
  }

  #rise(from: number): void {
    let place = from
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!this.#isBefore(place, parent)) return
      this.#swap(place, parent)
      place = parent
    }
  }

  #sink(): void {
    let place = 0
    for (;;) {
      const [left, right] = [2 * place + 1, 2 * place + 2]
      let first = place
      if (this.#isBefore(left, first)) first = left
      if (this.#isBefore(right, first)) first = right
      if (first === place) return
      this.#swap(place, first)
      place = first
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a], this.#heap[b]]
    if (one === undefined || other === undefined) return false
    return one.due < other.due || (one.due === other.due && one.id < other.id)
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#heap[a], this.#heap[b]]
    if (one === undefined || other === undefined) return
    this.#heap[a] = other
    this.#heap[b] = one
  }
}
