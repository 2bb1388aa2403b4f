import type { Logger } from 'pino'
import type { Clock } from '../../domain/clock.ts'
import type { Envelope } from '../../domain/log-record.ts'
import type { DurationUs } from '../../domain/time.ts'

export interface IntakeParts {
  readonly append: (envelope: Envelope) => Promise<unknown>
  readonly clock: Clock
  readonly log: Logger
}

/** The way into the reading log: knows what is under way and whether the log takes messages. */
export class Intake {
  readonly #parts: IntakeParts
  readonly #underWay = new Set<Promise<void>>()
  #failing = false

  constructor(parts: IntakeParts) {
    this.#parts = parts
  }

  /** The reading log refused the newest message. */
  get failing(): boolean {
    return this.#failing
  }

  get pending(): number {
    return this.#underWay.size
  }

  /** Calls back once: `stored` when the envelope is durable, else why not. Never throws. */
  store(envelope: Envelope, settled: (outcome: 'stored' | Error) => void): void {
    const work = this.#append(envelope).then((outcome) => {
      this.#underWay.delete(work)
      settled(outcome)
    })
    this.#underWay.add(work)
  }

  /** Waits until nothing is under way, at most `within`; true when that came to be. */
  async idle(within: DurationUs): Promise<boolean> {
    const { promise: late, resolve: giveUp } = Promise.withResolvers<boolean>()
    const cancel = this.#parts.clock.after(within, () => giveUp(false))
    const done = this.#drained().then(() => true)
    const outcome = await Promise.race([done, late])
    cancel()
    return outcome
  }

  async #drained(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay)
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
        this.#parts.log.error({ err: error }, 'reading log refuses messages; not acknowledged')
      }
      this.#failing = true
      return error instanceof Error ? error : new Error('not stored', { cause: error })
    }
  }
}
