import type { OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'

/** What a renderer writes for a program that listens over HTTP: one POST. */
export interface Call {
  /** http or https, without a name or password. */
  readonly url: string
  readonly contentType: 'application/json' | 'application/x-www-form-urlencoded'
  /** At most 100,000 characters. */
  readonly body: string
  /** Name of the secret that signs the body; left out: not signed. */
  readonly secret?: string
  /** Name of the secret that is the header Authorization. */
  readonly authorization?: string
}

/** A call on its way: the same row of the outbox has the same id in every try. */
export interface SentCall extends Call {
  readonly organisation: OrganisationId
  readonly id: string
  /** Of this try. */
  readonly date: TimeUs
}

/** How calls leave the house. */
export interface Caller {
  /**
   * Resolves when the receiver answered 2xx. Rejects with UndeliverableError when trying again
   * cannot help, with GoneError when it will never want anything again, with RetryLaterError when
   * it says when, else with what went wrong.
   */
  call(call: SentCall): Promise<void>
}
