import type { Clock } from '../../domain/clock.ts'
import { earlier, elapsed, SECOND, toIso, type TimeUs } from '../../domain/time.ts'
import type { HealthState } from '../adapter.ts'
import type { ExternalLimits } from './config.ts'
import type { Ending } from './ending.ts'

/** What the reading log owes us. */
export interface Owed {
  readonly pending: number
  /** When the message that has waited longest was heard. */
  readonly oldest?: TimeUs | undefined
  /** The log refused the newest message. */
  readonly failing: boolean
}

export interface ExternalHealth {
  readonly state: HealthState
  readonly detail: string
  /** When this state began; undefined before the start. */
  readonly since?: TimeUs
  /** How the last connection or attempt ended. */
  readonly lastError?: string
  /** Messages that wait for the reading log. */
  readonly pending: number
  /** How long the oldest of them has waited, in seconds. */
  readonly lagSeconds: number
}

type Phase = 'connecting' | 'subscribing' | 'open' | 'closed' | 'stopped'
type Judgement = Pick<ExternalHealth, 'state' | 'detail'>

/** What is known of the connection to one broker, and what that means. */
export class Health {
  readonly #clock: Clock
  readonly #limits: Pick<ExternalLimits, 'calmAfter' | 'unstableAfter' | 'slowAfter'>
  #phase: Phase = 'connecting'
  #last: Ending | undefined
  #openedAt: TimeUs | undefined
  /** Connections that were open and were lost, within `calmAfter`. */
  #losses: TimeUs[] = []
  #unstable = false
  #takenOver: string | undefined
  #ungranted: string | undefined
  #sessionLostAt: TimeUs | undefined
  #said: { readonly state: HealthState; readonly since: TimeUs }

  constructor(
    clock: Clock,
    limits: Pick<ExternalLimits, 'calmAfter' | 'unstableAfter' | 'slowAfter'>,
  ) {
    this.#clock = clock
    this.#limits = limits
    this.#said = { state: 'connecting', since: clock.now() }
  }

  /** How the last connection or attempt ended. */
  get lastText(): string | undefined {
    return this.#last?.text
  }

  /** When the connection of now opened; undefined while there is none. */
  get openedAt(): TimeUs | undefined {
    return this.#openedAt
  }

  /** CONNACK came. */
  opened(session: 'kept' | 'new' | 'lost'): void {
    this.#phase = 'subscribing'
    this.#openedAt = this.#clock.now()
    if (session === 'kept') this.#sessionLostAt = undefined
    if (session === 'lost') this.#sessionLostAt = this.#openedAt
  }

  /** The broker has answered about our subscriptions; `ungranted` says what it denied. */
  subscribed(ungranted: string | undefined): void {
    if (this.#phase === 'subscribing') this.#phase = 'open'
    this.#ungranted = ungranted
  }

  /** The connection or the attempt is over. Tells whether the broker has just become unstable. */
  ended(ending: Ending): 'newly unstable' | undefined {
    this.#calm()
    const now = this.#clock.now()
    const { calmAfter, unstableAfter } = this.#limits
    const wasOpen = this.#openedAt !== undefined
    this.#openedAt = undefined
    this.#last = ending
    this.#phase = ending.kind === 'stopped' ? 'stopped' : 'closed'
    if (ending.kind === 'taken_over') this.#takenOver = ending.text
    // What we end ourselves says nothing about the broker.
    if (wasOpen && ending.kind !== 'stopped' && ending.kind !== 'log_refused') {
      this.#losses.push(now)
    }
    this.#losses = this.#losses.filter((at) => at > earlier(now, calmAfter))
    if (this.#unstable || this.#losses.length < unstableAfter) return undefined
    this.#unstable = true
    return 'newly unstable'
  }

  report(owed: Owed): ExternalHealth {
    this.#calm()
    const now = this.#clock.now()
    const lag = owed.oldest === undefined ? 0 : Math.max(elapsed(owed.oldest, now), 0)
    const judgement = this.#judge(owed, lag)
    if (judgement.state !== this.#said.state) {
      this.#said = { state: judgement.state, since: now }
    }
    return {
      ...judgement,
      since: this.#said.since,
      ...(this.#last !== undefined && { lastError: this.#last.text }),
      pending: owed.pending,
      lagSeconds: lag / SECOND,
    }
  }

  /** A connection that has lived long enough ends the notices; a shorter one does not. */
  #calm(): void {
    if (this.#openedAt === undefined) return
    if (elapsed(this.#openedAt, this.#clock.now()) < this.#limits.calmAfter) return
    this.#losses = []
    this.#unstable = false
    this.#takenOver = undefined
  }

  #judge(owed: Owed, lag: number): Judgement {
    if (this.#phase === 'stopped') return { state: 'offline', detail: 'stopped' }
    if (owed.failing) {
      const detail = `the reading log refuses messages; the broker keeps them; ${this.#waiting(owed)}`
      return { state: 'degraded', detail }
    }
    if (this.#takenOver !== undefined) return { state: 'degraded', detail: this.#takenOver }
    if (this.#unstable) return { state: 'degraded', detail: this.#unstableText() }
    if (this.#phase === 'closed') {
      return { state: 'offline', detail: this.#last?.text ?? 'not connected' }
    }
    if (this.#phase !== 'open') return { state: 'connecting', detail: this.#phase }
    if (this.#ungranted !== undefined) return { state: 'degraded', detail: this.#ungranted }
    if (lag > this.#limits.slowAfter) {
      const detail = `the reading log has not stored a message for ${Math.round(lag / SECOND)} s; ${this.#waiting(owed)}`
      return { state: 'degraded', detail }
    }
    return { state: 'online', detail: this.#waiting(owed) + this.#sessionText() }
  }

  #waiting({ pending }: Owed): string {
    return `${pending} messages wait for the log`
  }

  #unstableText(): string {
    const last = this.#last?.text ?? 'unknown'
    return `the broker is unstable: ${this.#losses.length} connections lost within ${this.#limits.calmAfter / SECOND} s; the last: ${last}`
  }

  #sessionText(): string {
    if (this.#sessionLostAt === undefined) return ''
    return `; at ${toIso(this.#sessionLostAt)} the broker had lost our session: messages may be missing`
  }
}
