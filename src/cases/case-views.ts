import type { ScopedQueries } from '../database/database.ts'
import { toIso } from '../domain/time.ts'
import { categoryName, publicAsset, type CaseCatalogue } from './catalogue.ts'
import type { StoredEvent } from './events.ts'
import type { CaseRow } from './case-row.ts'
import { countAssets } from './group/assets.ts'
import type { CaseState, CaseView, PublicCaseView } from './views.ts'
import { settled } from './workflow/table.ts'

/** Cases as lists show them, in the order given; at most 500 at a time. */
export async function viewsOf(
  query: ScopedQueries,
  catalogue: CaseCatalogue,
  rows: readonly CaseRow[],
): Promise<readonly CaseView[]> {
  if (rows.length === 0) return []
  const reports = await countReports(query, rows)
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
    matter: row.matter,
    priority: row.priority,
    assignee: row.assignee,
    contractor: row.contractor,
    mergedInto: row.root === row.id ? null : row.root,
    dueAt: row.due_at === null ? null : toIso(row.due_at),
    verify: row.verify === 1,
    version: row.version,
    changedAt: toIso(row.changed_at),
    closedAt: row.closed_at === null ? null : toIso(row.closed_at),
    reports: reports.get(row.id) ?? { alarm: 0, human: 0 },
    assets: assets.get(row.id) ?? 0,
  }))
}

/** The same for one. */
export async function viewOf(
  query: ScopedQueries,
  catalogue: CaseCatalogue,
  row: CaseRow,
): Promise<CaseView> {
  const [view] = await viewsOf(query, catalogue, [row])
  if (view === undefined) throw new Error('one case makes one view')
  return view
}

/** Of each case: its reports, and those of what was merged into it. */
async function countReports(
  query: ScopedQueries,
  rows: readonly CaseRow[],
): Promise<ReadonlyMap<string, CaseView['reports']>> {
  const ids = rows.map(({ id }) => id)
  const counts = await query
    .selectFrom('report')
    .innerJoin('case', 'case.id', 'report.case')
    .select(['report.case', 'case.root', 'report.source'])
    .select((select) => select.fn.countAll().as('reports'))
    .where((where) =>
      where.or([where('case.root', 'in', ids), where('case.id', 'in', ids)]),
    )
    .groupBy(['report.case', 'case.root', 'report.source'])
    .execute()
  const sums = new Map(ids.map((id) => [id, { alarm: 0, human: 0 }]))
  for (const { case: id, root, source, reports } of counts) {
    for (const to of new Set([id, root])) {
      const sum = sums.get(to)
      if (sum !== undefined) sum[source === 'alarm' ? 'alarm' : 'human'] += Number(reports)
    }
  }
  return sums
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
    events: found.events.flatMap((event) => {
      const kind = publicKind(event)
      if (kind === undefined) return []
      const text = event.data.text ?? unitName(catalogue, event.data.unit)
      return [{ at: toIso(event.at), kind, text }]
    }),
  }
}

/** What happened, in the words the follow page has texts for. */
export type PublicEventKind =
  | Exclude<CaseState, 'received' | 'hidden'>
  | 'opened'
  | 'alarm_opened'
  | 'routed'
  | 'report_joined'
  | 'alarm_joined'
  | 'verify'
  | 'back'
  | 'answered'
  | 'reopened'
  | 'said'
  | 'merged'
  | 'unmerged'

const told = [
  'routed',
  'report_joined',
  'alarm_joined',
  'verify',
  'said',
  'merged',
  'unmerged',
] as const

/** Undefined for what the public need not know. */
function publicKind({ kind, data }: StoredEvent): PublicEventKind | undefined {
  if (kind === 'opened') return data.source === 'alarm' ? 'alarm_opened' : 'opened'
  if (kind !== 'moved' || data.to === undefined) return told.find((one) => one === kind)
  return movedKind(data.from, data.to)
}

function movedKind(
  from: CaseState | undefined,
  to: CaseState,
): PublicEventKind | undefined {
  if (to === 'hidden' || from === 'hidden') return undefined
  if ((from === 'closed' || from === 'reopen_requested') && !settled.has(to)) {
    return 'reopened'
  }
  if (from === 'waiting_reporter' && to !== 'closed') return 'answered'
  return to === 'received' || from === 'done_reported' ? backOr(to) : to
}

/** Back from "done" or to the start is a step back, unless it ends or somebody is asked. */
function backOr(to: Exclude<CaseState, 'hidden'>): PublicEventKind {
  return to === 'received' || atWork.has(to) ? 'back' : to
}

const atWork: ReadonlySet<CaseState> = new Set([
  'assigned',
  'investigating',
  'planned',
  'in_progress',
])

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
