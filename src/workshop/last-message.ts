import type { OrganisationId } from '../domain/ids.ts'
import type { Envelope, LogEntry } from '../domain/log-record.ts'
import type { Position } from '../domain/position.ts'

/** The part of the reading log that is looked at. */
export interface RecentLog {
  readonly epoch: string
  head(): Position | undefined
  read(request: {
    readonly after?: Position
    readonly limit: number
  }): Promise<readonly LogEntry[]>
}

/** Commits that are looked back at, and records read at once. */
const MOST_COMMITS = 5_000
const PAGE = 1_000

/** The last message of a device among the newest 5,000 commits; undefined when it is not there. */
export async function lastMessage(
  log: RecentLog,
  organisation: OrganisationId,
  device: string,
): Promise<Envelope | undefined> {
  const head = log.head()
  if (head === undefined) return undefined
  let after: Position | undefined = {
    epoch: log.epoch,
    partition: 0,
    sequence: Math.max(0, head.sequence - MOST_COMMITS),
    index: 0,
  }
  let found: Envelope | undefined
  for (;;) {
    const entries: readonly LogEntry[] = await log.read({ after, limit: PAGE })
    for (const { record } of entries) {
      if (record.kind !== 'envelope') continue
      if (record.organisation === organisation && record.device === device) found = record
    }
    after = entries.at(-1)?.position
    if (after === undefined || after.sequence > head.sequence) return found
  }
}
