/** A letter that came in, as much of it as decides something. Pure data. */
export interface IncomingLetter {
  /** As it stands between < and >; null where there is none. */
  readonly messageId: string | null
  /** Oldest first: References, then In-Reply-To. */
  readonly references: readonly string[]
  readonly from: { readonly address: string; readonly name: string | null } | null
  /** Every address it went to, lower case: To, Cc, Delivered-To and their like. */
  readonly recipients: readonly string[]
  readonly subject: string
  /** All of the words, quotes included. */
  readonly text: string
  /** Attachments that say they are pictures, at most 10. */
  readonly pictures: readonly Uint8Array[]
  /** Raw values of the headers that machines set, by lower-case name. */
  readonly marks: ReadonlyMap<string, string>
  /** What a mail server reports of a letter it was given; null in every other letter. */
  readonly report: DeliveryReport | null
}

/** The parts of a report of a mail server (`multipart/report`, RFC 6522) that are read. */
export interface DeliveryReport {
  /** What became of each recipient (RFC 3464). */
  readonly status: string
  /** The headers of the letter it is about, each in one line; empty where they do not come with it. */
  readonly original: string
}
