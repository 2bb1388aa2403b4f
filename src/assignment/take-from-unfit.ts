import type { OrganisationId } from '../domain/ids.ts'
import { assign } from './assign.ts'
import type { AssignmentParts } from './assignments.ts'
import { readColleagues } from './colleagues.ts'

/** Cases that share a transaction. */
const PAGE = 50

/** Who is named in the history. */
const RIGHTS = 'rights'

/** See `Assignments.takeFromUnfit`. */
export async function takeFromUnfit(
  parts: AssignmentParts,
  organisation: OrganisationId,
): Promise<number> {
  await parts.catalogue(organisation)
  let taken = 0
  for (;;) {
    const page = await onePage(parts, organisation)
    taken += page
    // A page whose cases stay where they are would come again and again; assigning moves each.
    if (page < PAGE) return taken
  }
}

async function onePage(
  parts: AssignmentParts,
  organisation: OrganisationId,
): Promise<number> {
  const at = parts.clock.now()
  const unfit = await unfitAssignees(parts, organisation)
  if (unfit.length === 0) return 0
  return await parts.database.write(organisation, 'normal', async (work) => {
    const { colleagues } = await readColleagues(parts, work.query, { organisation, at })
    // Somebody may have got the rights back since.
    const still = unfit.filter((person) => colleagues.get(person)?.mayWork !== true)
    if (still.length === 0) return 0
    const cases = await work.query
      .selectFrom('case')
      .select(['id', 'assignee'])
      .where('assignee', 'in', still)
      .where('closed_at', 'is', null)
      .where('state', '<>', 'hidden')
      .whereRef('root', '=', 'id')
      .orderBy('id')
      .limit(PAGE)
      .execute()
    for (const { id, assignee } of cases) {
      await assign(parts, work, {
        case: id,
        person: assignee,
        by: RIGHTS,
        at,
        via: 'rights',
      })
    }
    return cases.length
  })
}

/** At most 500 at once; the others follow with the next page. */
async function unfitAssignees(
  parts: AssignmentParts,
  organisation: OrganisationId,
): Promise<readonly string[]> {
  const query = parts.database.read(organisation)
  const rows = await query
    .selectFrom('case')
    .select('assignee')
    .distinct()
    .where('closed_at', 'is', null)
    .where('state', '<>', 'hidden')
    .whereRef('root', '=', 'id')
    .where('assignee', 'is not', null)
    .limit(10_000)
    .execute()
  if (rows.length === 0) return []
  const at = parts.clock.now()
  const { colleagues } = await readColleagues(parts, query, { organisation, at })
  return rows
    .map(({ assignee }) => assignee ?? '')
    .filter((person) => colleagues.get(person)?.mayWork !== true)
    .slice(0, 500)
}
