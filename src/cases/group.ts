import type { Gathered } from '../alarms/alarms.ts'
import type { ScopedQueries, UnitOfWork } from '../database/database.ts'
import type { CaseCatalogue } from './catalogue.ts'
import { ALARM_ACTOR, appendEvent } from './events.ts'

/** Rows of one insert; SQLite takes 32,766 values a statement. */
const ROWS_AT_ONCE = 500

/**
 * Puts assets on the list of a case, which thereby is a group. An asset that is on it already stays
 * as it was. Nobody is told: the group's alarm tells.
 */
export async function gatherAssets(
  work: UnitOfWork,
  caseId: string,
  { assets, at }: Gathered,
): Promise<void> {
  if (assets.length === 0) return
  work.tell({ kind: 'case', subject: caseId })
  let added = 0
  for (let from = 0; from < assets.length; from += ROWS_AT_ONCE) {
    const rows = assets.slice(from, from + ROWS_AT_ONCE)
    const result = await work.query
      .insertInto('case_asset')
      .values(
        rows.map(({ asset, occurrence }) => ({
          organisation: work.organisation,
          case: caseId,
          asset,
          occurrence,
          since: at,
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    added += Number(result.numInsertedOrUpdatedRows ?? 0)
  }
  if (added === 0) return
  await work.query
    .updateTable('case')
    .set({ kind: 'group', changed_at: at })
    .where('id', '=', caseId)
    .execute()
  await appendEvent(work, caseId, {
    kind: 'assets_gathered',
    actor: ALARM_ACTOR,
    at,
    visibility: 'internal',
    data: { assets: added },
  })
}

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
