import type { ScopedQueries } from '../../database/database.ts'
import { caseRow, type CaseRow } from '../case-row.ts'
import type { CaseCatalogue } from '../catalogue.ts'
import { rootOf } from '../change.ts'
import { settled } from '../workflow/table.ts'

/**
 * The open case that somebody said a report is the same as, if everybody may know of it; undefined
 * for none, and when it was settled meanwhile: then the report goes its own way.
 */
export async function followable(
  query: ScopedQueries,
  catalogue: CaseCatalogue,
  id: string | null | undefined,
): Promise<CaseRow | undefined> {
  if (id === null || id === undefined) return undefined
  const stored = await query
    .selectFrom('case')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  if (stored === undefined) return undefined
  const root = await rootOf(query, caseRow(stored))
  return !settled.has(root.state) && isPublic(catalogue, root) ? root : undefined
}

/** May the public know that the case exists? */
export function isPublic(
  catalogue: CaseCatalogue,
  row: Pick<CaseRow, 'category' | 'private' | 'state'>,
): boolean {
  const category = catalogue.categories.get(row.category)
  return category?.public === true && row.private === 0 && row.state !== 'hidden'
}
