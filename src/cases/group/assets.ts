import type { ScopedQueries } from '../../database/database.ts'
import type { CaseCatalogue } from '../catalogue.ts'

/** How many assets are on the list of each case. */
export async function countAssets(
  query: ScopedQueries,
  cases: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await query
    .selectFrom('case_asset')
    .select('case')
    .select((select) => select.fn.countAll().as('assets'))
    .where('case', 'in', cases)
    .groupBy('case')
    .execute()
  return new Map(rows.map(({ case: id, assets }) => [id, Number(assets)]))
}

/** The list of one case by name, at most `limit`. */
export async function assetsOf(
  query: ScopedQueries,
  catalogue: CaseCatalogue,
  { caseId, limit }: { readonly caseId: string; readonly limit: number },
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const rows = await query
    .selectFrom('case_asset')
    .select('asset')
    .where('case', '=', caseId)
    .orderBy('asset')
    .limit(limit)
    .execute()
  return rows.map(({ asset: id }) => ({
    id,
    name: catalogue.assets.get(id)?.name ?? id,
  }))
}
