/** One value of an answer. */
export type Cell = string | number | boolean | null

/** Rows that share their tags. */
export interface AnswerSeries {
  readonly tags: Readonly<Record<string, string>>
  readonly columns: readonly string[]
  readonly values: readonly (readonly Cell[])[]
}

/** Series for each statement. */
export type Answers = readonly (readonly AnswerSeries[])[]

export interface Question {
  /** InfluxQL, answered in this order. */
  readonly statements: readonly string[]
  /** Values of `$name` in the statements: text from outside goes here and nowhere else. */
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * What the two clients have in common. Every method rejects with a Problem of the kinds that
 * `ReadingStore` names; a request that is not answered within the bound of `patience.ts` is
 * `unavailable`.
 */
export interface InfluxServer extends AsyncDisposable {
  /**
   * Stores lines of the line protocol with times in µs, all in one request. Resolves when the
   * server has acknowledged them; keeps nothing back when it rejects.
   */
  write(lines: readonly string[]): Promise<void>
  /** Times are in µs since 1970. */
  ask(question: Question): Promise<Answers>
}
