import type { ScopedQueries } from '../database/database.ts'
import { Problem } from '../domain/problem.ts'

/** Cases merged into one. */
const mergedAtMost = 1_000

/** The case and those merged into it. Throws Problem not_found. */
export async function caseTree(
  query: ScopedQueries,
  caseId: string,
): Promise<readonly string[]> {
  const rows = await query
    .selectFrom('case')
    .select('id')
    .where((eb) => eb.or([eb('id', '=', caseId), eb('root', '=', caseId)]))
    .orderBy('id')
    .limit(mergedAtMost)
    .execute()
  if (rows.some(({ id }) => id === caseId)) return rows.map(({ id }) => id)
  throw new Problem({
    kind: 'not_found',
    what: 'There is no such case.',
    where: `case ${caseId}`,
    next: 'Look for it in the list of cases.',
  })
}
