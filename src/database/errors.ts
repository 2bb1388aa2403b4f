/** The database itself is gone: its worker died, its server hung up, or it was closed. Nothing is retried. */
export class DatabaseLostError extends Error {
  override readonly name = 'DatabaseLostError'
}

/** Which promise of the schema a query would have broken. */
export type BrokenConstraint = 'unique' | 'foreign_key' | 'check' | 'not_null'

/** The database refused a row. The transaction it happened in cannot be committed any more. */
export class ConstraintError extends Error {
  override readonly name = 'ConstraintError'
  readonly constraint: BrokenConstraint

  constructor(constraint: BrokenConstraint, message: string, options?: ErrorOptions) {
    super(message, options)
    this.constraint = constraint
  }
}

/** Whether somebody else was faster: the row, or one with the same unique key, is already there. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof ConstraintError && error.constraint === 'unique'
}
