import { comparePositions, type Position } from '../domain/position.ts'
import { Problem } from '../domain/problem.ts'

/** Throws Problem unavailable when the write that this one follows has not landed. */
export function refuseGap(
  stored: Position | undefined,
  follows: Position | undefined,
): void {
  if (follows === undefined) return
  if (stored !== undefined && comparePositions(stored, follows) >= 0) return
  throw new Problem({
    kind: 'unavailable',
    what: 'Readings cannot be written before those they follow',
    where: `commit ${follows.sequence}`,
    why: 'The write before this one failed',
    next: 'Write that one again, then this one',
  })
}

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
