import type { Gathered } from '../../alarms/alarms.ts'
import type { UnitOfWork } from '../../database/database.ts'
import type { CaseRow } from '../case-row.ts'
import { caseById, rootOf } from '../change.ts'
import { ALARM_ACTOR } from '../events.ts'
import { openCaseAt } from '../join/find.ts'
import { putInto } from '../merge/merge.ts'
import type { OwnParts } from '../parts.ts'

/** Rows of one insert; SQLite takes 32,766 values a statement. */
const ROWS_AT_ONCE = 500
/** Earlier cases that one gathering takes in; more stay as they are, for people to merge. */
const MERGED_AT_ONCE = 200

/**
 * Puts assets on the list of a case, which thereby is a group, and earlier cases of the same fault
 * on those assets into it. An asset that is on it already stays as it was. Nobody is told of the
 * assets: the group's alarm tells.
 */
export async function gatherAssets(
  work: UnitOfWork,
  parts: OwnParts,
  { caseId, gathered }: { readonly caseId: string; readonly gathered: Gathered },
): Promise<void> {
  const { assets, at } = gathered
  if (assets.length === 0) return
  const row = await rootOf(work.query, await caseById(work.query, caseId))
  work.tell({ kind: 'case', subject: row.id })
  const added = await list(work, row.id, gathered)
  if (added === 0) return
  await work.query
    .updateTable('case')
    .set({ kind: 'group', changed_at: at })
    .where('id', '=', row.id)
    .execute()
  await parts.append(work, row.id, {
    kind: 'assets_gathered',
    actor: ALARM_ACTOR,
    at,
    visibility: 'internal',
    data: { assets: added },
  })
  if (row.closed_at === null) await takeIn(work, parts, { row, gathered })
}

async function list(
  work: UnitOfWork,
  caseId: string,
  { assets, at }: Gathered,
): Promise<number> {
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
  return added
}

/** Open cases of the group's fault on its assets become part of it. */
async function takeIn(
  work: UnitOfWork,
  parts: OwnParts,
  { row, gathered }: { readonly row: CaseRow; readonly gathered: Gathered },
): Promise<void> {
  const { at } = gathered
  const assets = gathered.assets.map(({ asset }) => asset)
  let left = MERGED_AT_ONCE
  for (let from = 0; from < assets.length && left > 0; from += ROWS_AT_ONCE) {
    const found = await work.query
      .selectFrom('case')
      .select(['asset'])
      .where('asset', 'in', assets.slice(from, from + ROWS_AT_ONCE))
      .where('join_class', '=', row.join_class)
      .where('closed_at', 'is', null)
      .where('id', '<>', row.id)
      .orderBy('opened_at')
      .limit(left)
      .execute()
    left -= found.length
    for (const { asset } of found) {
      const earlier =
        asset === null ? undefined : await openCaseAt(work.query, asset, row.join_class)
      if (earlier === undefined) continue
      const into = await caseById(work.query, row.id)
      await putInto(work, parts, { row: earlier, into, at, actor: ALARM_ACTOR })
    }
  }
}
