import type { UnitOfWork } from '../database/database.ts'
import type { TimeUs } from '../domain/time.ts'
import { assign } from './assign.ts'
import type { AssignmentParts } from './assignments.ts'
import { undelegate } from './grants.ts'

/** What is heard of a case: any event of its history. */
export interface AssignmentNews {
  readonly case: string
  readonly kind: string
  readonly at: TimeUs
  readonly data: { readonly from?: string | undefined; readonly to?: string | undefined }
}

/** States in which nobody works on a case. */
const atRest: ReadonlySet<string> = new Set(['closed', 'reopen_requested', 'hidden'])

/** Who is named in the history. */
const RETURN = 'absences'

/** See `Assignments.hear`. */
export async function hearCase(
  parts: AssignmentParts,
  work: UnitOfWork,
  news: AssignmentNews,
): Promise<void> {
  if (!mayMatter(news)) return
  const { case: id, at } = news
  const row = await work.query
    .selectFrom('case')
    .select(['assignee', 'state', 'closed_at', 'root'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) return
  if (row.assignee === null) {
    await undelegate(work, id, at)
    return
  }
  if (row.closed_at !== null || atRest.has(row.state) || row.root !== id) return
  await assign(parts, work, {
    case: id,
    person: row.assignee,
    by: RETURN,
    at,
    via: 'absence',
  })
}

/** The routes were asked again, or somebody works on it again. */
function mayMatter({ kind, data: { from = '', to = '' } }: AssignmentNews): boolean {
  if (kind === 'rerouted' || kind === 'unmerged') return true
  return kind === 'moved' && atRest.has(from) && !atRest.has(to)
}
