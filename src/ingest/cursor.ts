import { comparePositions, type Position } from '../domain/position.ts'
import { Problem } from '../domain/problem.ts'
import type { ReadingLog } from './reading-log.ts'

/**
 * Throws Problem conflict for a cursor that was made with another log, or with a longer copy of
 * this one: read from there, records would be left out without anybody noticing.
 */
export function refuseForeignCursor(
  reader: string,
  cursor: Position | undefined,
  log: Pick<ReadingLog, 'epoch' | 'head' | 'shared'>,
): void {
  if (cursor === undefined) return
  const head = log.head()
  const ours = cursor.epoch === log.epoch
  // Of a shared log others may have read what we have not heard of yet; its `read` asks the server.
  if (ours && log.shared) return
  if (ours && head !== undefined && comparePositions(cursor, head) <= 0) return
  throw new Problem({
    kind: 'conflict',
    what: ours
      ? `the ${reader} is further than the reading log reaches`
      : `the ${reader} has read another reading log than the one that is here`,
    where: `log ${log.epoch} up to commit ${head?.sequence ?? 0}; the ${reader} is in ${cursor.epoch} at commit ${cursor.sequence}`,
    why: 'the log, the history or the database was replaced or restored alone',
    next: 'put back the log that belongs to them or restore all of them from the same backup; to go on with this log, run gatuvakt log adopt',
  })
}
