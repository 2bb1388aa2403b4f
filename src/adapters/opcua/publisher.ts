import type { NotificationMessage, PublishResponse } from 'node-opcua'
import type { Clock } from '../../domain/clock.ts'
import type { DurationUs, TimeUs } from '../../domain/time.ts'
import { textOf } from './dial.ts'
import type { Intake } from './intake.ts'
import type { Opcua } from './library.ts'
import type { RawSession } from './raw-session.ts'

/** Publish requests under way: one answered while the others wait at the server. */
const window = 3

export interface PublisherParts {
  readonly opcua: Opcua
  readonly session: RawSession
  readonly intake: Intake
  readonly clock: Clock
  /** No request is sent while so many values wait for the reading log. */
  readonly pendingValues: number
  /** Longest silence of a healthy subscription. */
  readonly silence: () => DurationUs
  /** Takes what came; resolves with whether it is durable. */
  readonly take: (
    subscription: number,
    message: NotificationMessage,
    sent: Date | null,
  ) => Promise<boolean>
  /** Nothing will come any more, for this reason. */
  readonly failed: (why: string) => void
}

/**
 * Asks the server for news and acknowledges them after they are durable. The library's own way
 * acknowledges what it has only read, so its subscriptions are not used.
 */
export class Publisher {
  readonly #parts: PublisherParts
  readonly #acks: { subscriptionId: number; sequenceNumber: number }[] = []
  #inFlight = 0
  #allowed = window
  #holding = false
  #stopped = false
  #heard: TimeUs

  constructor(parts: PublisherParts) {
    this.#parts = parts
    this.#heard = parts.clock.now()
  }

  /** When the server last answered; while we do not ask, now. */
  get heard(): TimeUs {
    return this.#holding ? this.#parts.clock.now() : this.#heard
  }

  /** When the server last answered. */
  get answered(): TimeUs {
    return this.#heard
  }

  /** The server keeps what there is, because the reading log has not taken enough of the rest. */
  get holding(): boolean {
    return this.#holding
  }

  start(): void {
    this.#heard = this.#parts.clock.now()
    while (!this.#stopped && !this.#holding && this.#inFlight < this.#allowed) this.#ask()
  }

  stop(): void {
    this.#stopped = true
  }

  #ask(): void {
    const { opcua, session, silence } = this.#parts
    this.#inFlight += 1
    const timeoutHint = Math.round((silence() / 1_000) * (window + 1))
    const subscriptionAcknowledgements = this.#acks.splice(0, 1_000)
    const request = new opcua.PublishRequest({
      requestHeader: { timeoutHint },
      subscriptionAcknowledgements,
    })
    session.publish(request, (error, response) => {
      this.#inFlight -= 1
      if (this.#stopped) return
      if (error || response === undefined) this.#refused(error)
      else this.#answered(response)
    })
  }

  #refused(error: Error | null): void {
    const text = textOf(error ?? 'no answer')
    if (/BadTooManyPublishRequests/.test(text) && this.#inFlight > 0) {
      this.#allowed = Math.max(1, this.#inFlight)
      return
    }
    this.#stopped = true
    this.#parts.failed(
      /BadNoSubscription/.test(text)
        ? 'the server has forgotten our subscription (BadNoSubscription)'
        : `the server sends no more news (${text})`,
    )
  }

  #answered(response: PublishResponse): void {
    const { notificationMessage } = response
    const { clock, intake, pendingValues } = this.#parts
    this.#heard = clock.now()
    const isNews = (notificationMessage.notificationData ?? []).length > 0
    if (isNews) {
      void this.#store(response)
    }
    if (this.#stopped) return
    if (intake.values < pendingValues) this.start()
    else if (!this.#holding) void this.#hold()
  }

  async #store(response: PublishResponse): Promise<void> {
    const { subscriptionId, notificationMessage, responseHeader } = response
    const { sequenceNumber } = notificationMessage
    const sent = responseHeader.timestamp
    if (await this.#parts.take(subscriptionId, notificationMessage, sent)) {
      this.#acks.push({ subscriptionId, sequenceNumber })
    }
  }

  /** Until half of what waits is durable. */
  async #hold(): Promise<void> {
    const { intake, pendingValues } = this.#parts
    this.#holding = true
    await intake.room(Math.ceil(pendingValues / 2))
    this.#holding = false
    this.start()
  }
}
