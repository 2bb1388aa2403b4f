import pino from 'pino'
import type { AdapterContext, Stranger } from '../../src/adapters/adapter.ts'
import { systemClock } from '../../src/clock.ts'
import type { Envelope } from '../../src/domain/log-record.ts'
import { login } from '../support/mqtt.ts'
import { taking } from '../support/taking.ts'

/** A reading log that does as it is told, with everything around it that adapters need. */
export class ToldLog {
  readonly stored: Envelope[] = []
  readonly strangers: Stranger[] = []
  readonly context: AdapterContext
  /** Envelopes that were brought so far, and the most that waited at one time. */
  asked = 0
  most = 0
  #waiting = 0
  #mode: 'takes' | 'refuses' | 'hangs' = 'takes'
  #released = Promise.withResolvers<void>()

  constructor() {
    this.context = {
      ...taking((envelope) => this.#append(envelope)),
      login,
      refuse: () => undefined,
      unknown: (stranger) => void this.strangers.push(stranger),
      secret: () => undefined,
      log: pino({ level: process.env['LOG'] ?? 'silent' }),
      clock: systemClock,
    }
  }

  refuse(): void {
    this.#mode = 'refuses'
  }

  /** What is brought from now on waits. */
  hang(): void {
    this.#mode = 'hangs'
  }

  /** Takes what waits and what comes. */
  take(): void {
    this.#mode = 'takes'
    this.#released.resolve()
    this.#released = Promise.withResolvers()
  }

  async #append(envelope: Envelope): Promise<void> {
    this.asked += 1
    if (this.#mode === 'refuses') throw new Error('the disk is full')
    this.#waiting += 1
    this.most = Math.max(this.most, this.#waiting)
    if (this.#mode === 'hangs') await this.#released.promise
    this.#waiting -= 1
    this.stored.push(envelope)
  }
}
