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
}
