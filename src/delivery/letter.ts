import type { OrganisationId } from '../domain/ids.ts'
import type { DurationUs, TimeUs } from '../domain/time.ts'

/** What a renderer writes: plain text to one address. */
export interface Mail {
  /** One bare address, without a name. */
  readonly to: string
  /** At most 500 characters. */
  readonly subject: string
  /** At most 100,000 characters. */
  readonly text: string
  /** Where an answer goes, one bare address; left out: to the sender. */
  readonly replyTo?: string
  /** Id of an earlier row of the outbox that began this conversation; left out: this letter does. */
  readonly thread?: string
  /**
   * Where the receiver says no to more letters: a page to open, and with https also a form to post
   * at once (RFC 8058). Left out: it is no letter that one subscribes to.
   */
  readonly unsubscribe?: string
}

/** A mail on its way: the same row of the outbox is always the same letter to its receiver. */
export interface Letter extends Mail {
  readonly organisation: OrganisationId
  /** Id of the row; unique within the organisation. */
  readonly id: string
  readonly date: TimeUs
}

/** How letters leave the house. */
export interface Transport {
  /**
   * Resolves when the other side has taken the letter over for good. Sending a letter again is
   * allowed and recognisable. Rejects with UndeliverableError when trying again cannot help.
   */
  send(letter: Letter): Promise<void>
}

/** This letter will never arrive: the address or the letter itself is wrong. */
export class UndeliverableError extends Error {
  override readonly name = 'UndeliverableError'
}

/** A mail server says for good that nobody has the address of this letter. */
export class AddressGoneError extends UndeliverableError {
  /** Its enhanced status code (RFC 3463), for instance `5.1.1`. */
  readonly status: string
  /** Where the letter went, lower case; personal data, so neither in the message nor in a log. */
  readonly #address: string

  constructor(
    message: string,
    gone: { readonly status: string; readonly address: string; readonly cause: unknown },
  ) {
    super(message, { cause: gone.cause })
    this.status = gone.status
    this.#address = gone.address.toLowerCase()
  }

  get address(): string {
    return this.#address
  }
}

/** Nobody takes anything at this address any more, now or later. */
export class GoneError extends UndeliverableError {}

/** The receiver says when it wants to be asked again. */
export class RetryLaterError extends Error {
  override readonly name = 'RetryLaterError'
  readonly after: DurationUs

  constructor(message: string, after: DurationUs) {
    super(message)
    this.after = after
  }
}
