import type { Database } from '../../database/database.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import { Problem } from '../../domain/problem.ts'
import type { ReadingLog } from '../reading-log.ts'

/**
 * A shorter copy of a log gives the same places anew to other records. An alarm that has heard from
 * there before would take what is said now for something it knows, so such a log is refused.
 */
export async function refuseReusedPlaces(
  database: Database,
  log: Pick<ReadingLog, 'epoch' | 'head'>,
  organisation: OrganisationId,
): Promise<void> {
  const head = log.head()?.sequence ?? 0
  const rows = await database
    .read(organisation)
    .selectFrom('alarm')
    .select('last_position')
    .where('last_position', 'like', `${log.epoch}/%`)
    .execute()
  const reused = rows.filter(({ last_position: place }) => sequenceOf(place) > head)
  if (reused.length === 0) return
  throw new Problem({
    kind: 'conflict',
    what: 'this reading log is a shorter copy of the one that was read, and cannot be followed',
    where: `log ${log.epoch} ends at commit ${head}; ${reused.length} alarms of ${organisation} changed after that`,
    why: 'its next records would get places that other records had, and alarms would take them for those',
    next: 'move the file of the reading log away and run gatuvakt log adopt again: a new one is made; all that this one holds has been read',
  })
}

/** `epoch/partition/sequence/index#ordinal` */
function sequenceOf(place: string): number {
  return Number(place.split('/').at(-2) ?? 0)
}
