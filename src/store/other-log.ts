import type { Position } from '../domain/position.ts'
import { Problem } from '../domain/problem.ts'

/** Throws Problem conflict when history was written from another log than the one that writes now. */
export function refuseOtherLog(stored: Position, cursor: Position): void {
  if (stored.epoch === cursor.epoch) return
  throw new Problem({
    kind: 'conflict',
    what: 'The history of readings belongs to another reading log',
    where: `log ${cursor.epoch}`,
    why: `It was written from log ${stored.epoch}, up to commit ${stored.sequence}`,
    next: 'Bring back the log that belongs to it, or run gatuvakt log adopt',
  })
}
