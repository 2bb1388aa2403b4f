/** What somebody decided on a photo or a text. */
export interface Decided {
  readonly id: string
  /** What came of it, in the words of the reader. */
  readonly said: string
}
