import type { Logger } from 'pino'
import type { Envelope } from '../../domain/log-record.ts'

export interface IntakeParts {
  readonly append: (envelope: Envelope) => Promise<unknown>
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

  /** Calls back once: `stored` when the envelope is durable, else why not. Never rejects. */
  async store(
    envelope: Envelope,
    settled: (outcome: 'stored' | Error) => void,
  ): Promise<void> {
    this.#pending += 1
    const outcome = await this.#append(envelope)
    this.#pending -= 1
    settled(outcome)
    if (this.#pending > 0) return
    const waiting = this.#whenIdle
    this.#whenIdle = []
    for (const resolve of waiting) resolve()
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    if (this.#pending === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#whenIdle.push(resolve)
    await promise
  }

  async #append(envelope: Envelope): Promise<'stored' | Error> {
    try {
      await this.#parts.append(envelope)
      if (this.#failing) this.#parts.log.info('reading log takes messages again')
      this.#failing = false
      return 'stored'
    } catch (error) {
      // Said once per outage: every device that is turned away would say the same.
      if (!this.#failing) {
        this.#parts.log.error(
          { err: error },
          'reading log refuses messages; not acknowledged',
        )
      }
      this.#failing = true
      return error instanceof Error ? error : new Error('not stored', { cause: error })
    }
  }
}
