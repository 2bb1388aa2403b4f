import type { CancelTimer, Clock } from '../../domain/clock.ts'
import { durationUs } from '../../domain/time.ts'

export interface TurnstileBounds {
  /** Most messages inside. */
  readonly messages: number
  /** Nobody more is let in while those inside hold so many bytes. */
  readonly bytes: number
  /** Most messages that enter between two turns of the event loop. */
  readonly perTurn: number
}

/**
 * Bounds the messages of all connections that wait for the reading log, and how many enter
 * between two turns of the event loop: 200 devices that all send at once must not keep timers
 * and other connections from running. Who finds it closed waits in line.
 */
export class Turnstile {
  readonly #bounds: TurnstileBounds
  readonly #clock: Clock
  readonly #line = new Set<() => void>()
  #messages = 0
  #bytes = 0
  #enteredThisTurn = 0
  #closed = false
  #waking = false
  #endOfTurn: CancelTimer | undefined

  constructor(bounds: TurnstileBounds, clock: Clock) {
    this.#bounds = bounds
    this.#clock = clock
  }

  /** Messages inside. */
  get inside(): number {
    return this.#messages
  }

  /**
   * True: a message of so many bytes entered, and `leave` must follow. False: `wake` is called
   * once when it is worth asking again.
   */
  enter(wake: () => void, bytes: number): boolean {
    if (!this.#open) {
      this.#line.add(wake)
      return false
    }
    this.#messages += 1
    this.#bytes += bytes
    this.#enteredThisTurn += 1
    this.#endOfTurn ??= this.#clock.after(durationUs(0), () => this.#turn())
    return true
  }

  leave(messages: number, bytes: number): void {
    this.#messages -= messages
    this.#bytes -= bytes
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
    const { messages, bytes, perTurn } = this.#bounds
    return (
      !this.#closed &&
      this.#messages < messages &&
      this.#bytes < bytes &&
      this.#enteredThisTurn < perTurn
    )
  }

  #turn(): void {
    this.#endOfTurn = undefined
    this.#enteredThisTurn = 0
    this.#wakeLine()
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
  }
}
