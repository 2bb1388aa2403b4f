/** The four questions every refusal answers; exit codes and HTTP statuses are decided on `kind`. */
export type ProblemKind =
  | 'invalid' // the input is wrong
  | 'not_found' // unknown, or another organisation's
  | 'forbidden'
  | 'unauthenticated'
  | 'conflict' // somebody was faster, or the state does not allow it
  | 'reused' // the key of a request that was made before, with something else in it
  | 'too_large'
  | 'too_many'
  | 'unavailable' // try again later

export interface ProblemDetails {
  readonly kind: ProblemKind
  /** What is wrong, as a sentence. */
  readonly what: string
  /** Field, or file:line:column. */
  readonly where?: string
  readonly why?: string
  /** What the person can do now. */
  readonly next?: string
  /** Facts for programs, for instance the allowed moves of a case. */
  readonly facts?: Readonly<Record<string, unknown>>
}

/** An expected refusal. Carries no stack worth reading; programmer errors are plain Errors. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly details: ProblemDetails

  constructor(details: ProblemDetails, options?: ErrorOptions) {
    super(details.what, options)
    this.details = details
  }
}
