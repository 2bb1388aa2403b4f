import { comparePositions, type Position } from '../../domain/position.ts'
import type { ReadingLog } from '../reading-log.ts'

/** How a consumer stands to the log that is here. */
export interface Standing {
  /**
   * `new`: it has read nothing yet. `follows`: its cursor is in this log. `beyond`: it is further than
   * this log reaches, which is a shorter copy of the one it read. `foreign`: it has read another log.
   */
  readonly state: 'new' | 'follows' | 'beyond' | 'foreign'
  readonly cursor: Position | undefined
}

export function judge(
  cursor: Position | undefined,
  log: Pick<ReadingLog, 'epoch' | 'head'>,
): Standing {
  if (cursor === undefined) return { state: 'new', cursor }
  if (cursor.epoch !== log.epoch) return { state: 'foreign', cursor }
  const head = log.head()
  const inside = head !== undefined && comparePositions(cursor, head) <= 0
  return { state: inside ? 'follows' : 'beyond', cursor }
}
