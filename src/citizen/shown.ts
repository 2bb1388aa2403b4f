import type { Database, ScopedQueries } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'
import type { Photos } from '../photos/photos.ts'
import { readReleased } from '../privacy/released-texts.ts'

/** What people sent with a case and somebody released, after a look at it. */
export interface Shown {
  /** In the order in which they were said. */
  readonly texts: readonly string[]
  readonly photos: readonly {
    readonly id: string
    readonly width: number
    readonly height: number
  }[]
}

/** Released texts and photos on one page, each. */
const MOST = 50
/** Cases that lie in one. */
const CASES = 500

/** Who looks: somebody with a link to the case, or everybody, who must not see what is private either. */
export type Onlooker = 'follower' | 'everybody'

/** What the public may see of a case and of those that end in the same, but for what is hidden. */
export type ReadShown = (
  organisation: OrganisationId,
  caseId: string,
  /** Left out: somebody with a link to the case. */
  onlooker?: Onlooker,
) => Promise<Shown>

/** On the database. */
export function createShown({
  database,
  photos,
}: {
  readonly database: Database
  readonly photos: Pick<Photos, 'of'>
}): ReadShown {
  return async (organisation, caseId, onlooker = 'follower') => {
    const query = database.read(organisation)
    const cases = await casesWith(query, caseId, onlooker)
    if (cases.length === 0) return { texts: [], photos: [] }
    const found = await photos.of(query, cases)
    return {
      texts: await textsOf(query, cases),
      photos: found.filter(({ isPublic }) => isPublic).slice(0, MOST),
    }
  }
}

async function casesWith(
  query: ScopedQueries,
  id: string,
  onlooker: Onlooker,
): Promise<readonly string[]> {
  const own = await query
    .selectFrom('case')
    .select('root')
    .where('id', '=', id)
    .executeTakeFirst()
  if (own === undefined) return []
  const rows = await query
    .selectFrom('case')
    .select('id')
    .where('root', '=', own.root)
    .where('state', '<>', 'hidden')
    .$if(onlooker === 'everybody', (found) => found.where('private', '=', 0))
    .orderBy('opened_at')
    .orderBy('id')
    .limit(CASES)
    .execute()
  return rows.map((row) => row.id)
}

async function textsOf(
  query: ScopedQueries,
  cases: readonly string[],
): Promise<readonly string[]> {
  const ids = [
    ...(await releasedReports(query, cases)),
    ...(await releasedFollowUps(query, cases)),
  ]
  const said = ids
    .toSorted((a, b) => a.at - b.at)
    .slice(0, MOST)
    .map(({ id }) => id)
  const texts = await readReleased(query, said)
  return said.flatMap((id) => texts.get(id) ?? [])
}

interface Released {
  readonly id: string
  readonly at: TimeUs
}

async function releasedReports(
  query: ScopedQueries,
  cases: readonly string[],
): Promise<readonly Released[]> {
  return await query
    .selectFrom('released_text')
    .innerJoin('report', 'report.id', 'released_text.id')
    .select(['report.id', 'report.received_at as at'])
    .where('released_text.case', 'in', cases)
    .where('released_text.text', 'is not', null)
    .orderBy('report.received_at')
    .limit(MOST)
    .execute()
}

async function releasedFollowUps(
  query: ScopedQueries,
  cases: readonly string[],
): Promise<readonly Released[]> {
  return await query
    .selectFrom('released_text')
    .innerJoin('follow_up', 'follow_up.id', 'released_text.id')
    .select(['follow_up.id', 'follow_up.received_at as at'])
    .where('released_text.case', 'in', cases)
    .where('released_text.text', 'is not', null)
    .orderBy('follow_up.received_at')
    .limit(MOST)
    .execute()
}
