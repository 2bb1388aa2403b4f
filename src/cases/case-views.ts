import type { ScopedQueries } from '../database/database.ts'
import { toIso } from '../domain/time.ts'
import { categoryName, publicAsset, type CaseCatalogue } from './catalogue.ts'
import type { StoredEvent } from './events.ts'
import type { CaseRow } from './case-row.ts'
import { countAssets } from './group.ts'
import type { CaseState, CaseView, PublicCaseView } from './views.ts'

/** Cases as lists show them, in the order given; at most 500 at a time. */
export async function viewsOf(
  query: ScopedQueries,
  catalogue: CaseCatalogue,
  rows: readonly CaseRow[],
): Promise<readonly CaseView[]> {
  if (rows.length === 0) return []
  const counts = await query
    .selectFrom('report')
    .select(['report.case', 'report.source'])
    .select((select) => select.fn.countAll().as('reports'))
    .where(
      'report.case',
      'in',
      rows.map(({ id }) => id),
    )
    .groupBy(['report.case', 'report.source'])
    .execute()
  const reports = new Map<string, { alarm: number; human: number }>()
  for (const { case: id, source, reports: count } of counts) {
    const sum = reports.get(id) ?? { alarm: 0, human: 0 }
    sum[source === 'alarm' ? 'alarm' : 'human'] += Number(count)
    reports.set(id, sum)
  }
  const assets = await countAssets(
    query,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => ({
    ...commonView(row),
    id: row.id,
    kind: row.kind,
    category: { id: row.category, name: categoryName(catalogue, row.category) },
    asset: row.asset === null ? null : assetView(catalogue, row.asset),
    place: row.lat === null || row.lon === null ? null : { lat: row.lat, lon: row.lon },
    unit: row.unit,
    verify: row.verify === 1,
    version: row.version,
    changedAt: toIso(row.changed_at),
    closedAt: row.closed_at === null ? null : toIso(row.closed_at),
    reports: reports.get(row.id) ?? { alarm: 0, human: 0 },
    assets: assets.get(row.id) ?? 0,
  }))
}

/** What everybody may know: no words of citizens, no asset that is not public. */
export function publicView(
  catalogue: CaseCatalogue,
  row: CaseRow,
  found: { readonly events: readonly StoredEvent[]; readonly bySensor: boolean },
): PublicCaseView {
  const visible = row.asset !== null && publicAsset(catalogue, row.asset) !== undefined
  return {
    ...commonView(row),
    closingText: row.closing_text,
    categoryId: row.category,
    category: categoryName(catalogue, row.category),
    asset: visible && row.asset !== null ? assetView(catalogue, row.asset) : null,
    foundBySensor: found.bySensor,
    events: found.events.map((event) => ({
      at: toIso(event.at),
      kind: publicKind(event),
      text: event.data.text ?? unitName(catalogue, event.data.unit),
    })),
  }
}

/** What happened, in the words the follow page has texts for. */
export type PublicEventKind =
  | Exclude<CaseState, 'received'>
  | 'opened'
  | 'alarm_opened'
  | 'routed'
  | 'report_joined'
  | 'alarm_joined'
  | 'verify'
  | 'back'
  | 'reopened'

function publicKind({ kind, data }: StoredEvent): string {
  if (kind === 'opened') return data.source === 'alarm' ? 'alarm_opened' : 'opened'
  if (kind !== 'moved' || data.to === undefined) return kind
  return movedKind(data.from, data.to)
}

function movedKind(from: CaseState | undefined, to: CaseState): PublicEventKind {
  if (from === 'closed') return 'reopened'
  return to === 'received' || from === 'done_reported' ? backOr(to) : to
}

/** Back from "done" or to the start is a step back, unless it ends. */
function backOr(to: CaseState): PublicEventKind {
  return to === 'closed' || to === 'done_reported' ? to : 'back'
}

function commonView(
  row: CaseRow,
): Pick<CaseView, 'number' | 'state' | 'closingReason' | 'openedAt'> {
  return {
    number: row.number,
    state: row.state,
    closingReason: row.closing_reason,
    openedAt: toIso(row.opened_at),
  }
}

/** An asset that was retired since has only its id left. */
function assetView(catalogue: CaseCatalogue, id: string) {
  return { id, name: catalogue.assets.get(id)?.name ?? id }
}

function unitName(catalogue: CaseCatalogue, unit: string | undefined): string | null {
  return unit === undefined ? null : (catalogue.units.get(unit)?.name ?? null)
}
