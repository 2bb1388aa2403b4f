import type { Position } from '../domain/position.ts'
import type { TimeUs } from '../domain/time.ts'
import type { ReadingLog } from './reading-log.ts'

type Log = Pick<ReadingLog, 'epoch' | 'head' | 'read'>

/** Where in the log a time is. */
export interface TimePlace {
  /** Everything heard at this time or later stands behind this; undefined: behind the beginning. */
  readonly after: Position | undefined
  /** When the oldest record was heard that the log has; undefined for an empty log. */
  readonly oldest: TimeUs | undefined
}

/**
 * Finds the place of a time in few reads, by halving: records stand in the order in which they were
 * heard, as long as nobody sets the machine's clock back.
 */
export async function findTime(log: Log, time: TimeUs): Promise<TimePlace> {
  const head = log.head()
  const [first] = await log.read({ limit: 1 })
  if (head === undefined || first === undefined)
    return { after: undefined, oldest: undefined }
  const oldest = first.record.ingest
  if (oldest >= time) return { after: undefined, oldest }
  let before = first.position.sequence
  let notBefore = head.sequence + 1
  while (notBefore - before > 1) {
    const middle = before + Math.floor((notBefore - before) / 2)
    const [entry] = await log.read({ after: inCommit(log, middle), limit: 1 })
    if (entry === undefined || entry.record.ingest >= time) notBefore = middle
    else before = Math.min(Math.max(middle, entry.position.sequence), notBefore - 1)
  }
  return { after: inCommit(log, before), oldest }
}

/** Behind the first record of a commit. */
function inCommit(log: Log, sequence: number): Position {
  return { epoch: log.epoch, partition: 0, sequence, index: 0 }
}
