import { DatabaseBusyError } from '../database.ts'
import { ConstraintError, type BrokenConstraint } from '../errors.ts'

// https://sqlite.org/rescode.html: the low byte is the primary code.
const primary = { busy: 5, locked: 6 } as const
const brokenBy: Readonly<Record<number, BrokenConstraint>> = {
  275: 'check',
  787: 'foreign_key',
  1_299: 'not_null',
  1_555: 'unique', // primary key
  2_067: 'unique',
  2_579: 'unique', // row id
}

/** The error a caller sees for one of SQLite's result codes. */
export function sqliteError(code: number, message: string): Error {
  const constraint = brokenBy[code]
  if (constraint !== undefined) return new ConstraintError(constraint, message)
  const low = code & 0xff
  if (low === primary.busy || low === primary.locked) {
    return new DatabaseBusyError(`another program is writing to the file: ${message}`)
  }
  return new Error(`SQLite refused: ${message}`)
}
