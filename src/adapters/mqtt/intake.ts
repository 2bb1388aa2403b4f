import type { Logger } from 'pino'
import type { Envelope } from '../../domain/log-record.ts'
import type { Outcome } from './ack-queue.ts'

export interface IntakeParts {
  readonly appendAll: (envelopes: readonly Envelope[]) => Promise<void>
  readonly log: Logger
}

/** The way into the reading log: knows what is under way and whether the log takes messages. */
export class Intake {
  readonly #parts: IntakeParts
  #pending = 0
  #failing = false
  #whenIdle: (() => void)[] = []

  constructor(parts: IntakeParts) {
    this.#parts = parts
  }

  /** The reading log refused the newest message. */
  get failing(): boolean {
    return this.#failing
  }

  /** Messages that wait for the log. */
  get pending(): number {
    return this.#pending
  }

  /**
   * Calls back once: `stored` when all are durable, else why not all are. Their order is kept.
   */
  store(envelopes: readonly Envelope[], settled: (outcome: Outcome) => void): void {
    this.#pending += envelopes.length
    void this.#through(envelopes, settled)
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    if (this.#pending === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#whenIdle.push(resolve)
    await promise
  }

  async #through(
    envelopes: readonly Envelope[],
    settled: (outcome: Outcome) => void,
  ): Promise<void> {
    const outcome = await this.#append(envelopes)
    this.#pending -= envelopes.length
    settled(outcome)
    if (this.#pending === 0) this.#idle()
  }

  async #append(envelopes: readonly Envelope[]): Promise<Outcome> {
    try {
      await this.#parts.appendAll(envelopes)
      this.#works()
      return 'stored'
    } catch (error) {
      return this.#fails(error)
    }
  }

  #idle(): void {
    const waiting = this.#whenIdle
    this.#whenIdle = []
    for (const resolve of waiting) resolve()
  }

  #works(): void {
    if (this.#failing) this.#parts.log.info('reading log takes messages again')
    this.#failing = false
  }

  #fails(cause: unknown): Error {
    // Said once per outage: every device that is turned away would say the same.
    if (!this.#failing) {
      this.#parts.log.error(
        { err: cause },
        'reading log refuses messages; not acknowledged',
      )
    }
    this.#failing = true
    return cause instanceof Error ? cause : new Error('not stored', { cause })
  }
}
