import type { CancelTimer, Clock } from '../../domain/clock.ts'
import { durationUs } from '../../domain/time.ts'

/**
 * Bounds the messages of all connections that wait for the reading log, and how many enter
 * between two turns of the event loop: 200 devices that all send at once must not keep timers
 * and other connections from running. Who finds it closed waits in line.
 */
export class Turnstile {
  readonly #limit: number
  readonly #clock: Clock
  readonly #line = new Set<() => void>()
  #inside = 0
  #enteredThisTurn = 0
  #closed = false
  #waking = false
  #endOfTurn: CancelTimer | undefined

  constructor(limit: number, clock: Clock) {
    this.#limit = limit
    this.#clock = clock
  }

  get inside(): number {
    return this.#inside
  }

  /** True: entered, `leave` must follow. False: `wake` is called once when it is worth asking again. */
  enter(wake: () => void): boolean {
    if (this.#open) {
      this.#inside += 1
      this.#enteredThisTurn += 1
      return true
    }
    this.#line.add(wake)
    if (this.#enteredThisTurn >= this.#limit) this.#awaitNextTurn()
    return false
  }

  leave(): void {
    this.#inside -= 1
    if (this.#waking || this.#line.size === 0) return
    // A group commit lets many leave at once; who waits is woken once, for all that room.
    this.#waking = true
    process.nextTick(() => {
      this.#waking = false
      this.#wakeLine()
    })
  }

  /** Leaves the line, for instance because the connection is gone. */
  forget(wake: () => void): void {
    this.#line.delete(wake)
  }

  /** Lets nobody in any more; who is inside may still leave. */
  close(): void {
    this.#closed = true
    this.#endOfTurn?.()
    this.#line.clear()
  }

  get #open(): boolean {
    if (this.#closed) return false
    return this.#inside < this.#limit && this.#enteredThisTurn < this.#limit
  }

  #awaitNextTurn(): void {
    this.#endOfTurn ??= this.#clock.after(durationUs(0), () => {
      this.#endOfTurn = undefined
      this.#enteredThisTurn = 0
      this.#wakeLine()
    })
  }

  #wakeLine(): void {
    // Whoever is woken and finds no room again stands at the end of the line, so it is bounded.
    let left = this.#line.size
    for (const wake of this.#line) {
      if (!this.#open || left === 0) break
      left -= 1
      this.#line.delete(wake)
      wake()
    }
    if (this.#line.size > 0 && this.#enteredThisTurn >= this.#limit) this.#awaitNextTurn()
  }
}
