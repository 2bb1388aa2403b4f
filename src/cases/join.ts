import type { UnitOfWork } from '../database/database.ts'
import type { Place } from '../domain/asset.ts'
import { earlier, HOUR, durationUs, type TimeUs } from '../domain/time.ts'
import { caseRow, type CaseRow } from './case-row.ts'
import { categoryName, type CaseCatalogue, type FaultKind } from './catalogue.ts'
import type { NewReport } from './cases.ts'
import { appendEvent } from './events.ts'
import { nextNumber } from './number.ts'
import { chooseUnit } from './route.ts'

/** A fault that comes back this soon after its case closed is told to belong to it. */
const RECURRENCE = durationUs(14 * 24 * HOUR)

/** What one source found, before it is known whether a case for it is open. */
export interface Finding {
  readonly fault: FaultKind
  readonly asset: string | null
  readonly place: Place | null
  readonly source: NewReport['source'] | 'alarm'
  /** Id of the report that stands for it. */
  readonly report: string
  readonly actor: string
  /** Since when, as people are told; for an alarm when it happened outdoors. */
  readonly since: TimeUs
  readonly now: TimeUs
}

/** The open case of that join class on that asset; the unique index allows one. */
export async function openCaseAt(
  work: UnitOfWork,
  asset: string,
  joinClass: string,
): Promise<CaseRow | undefined> {
  const stored = await work.query
    .selectFrom('case')
    .selectAll()
    .where('asset', '=', asset)
    .where('join_class', '=', joinClass)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  return stored === undefined ? undefined : caseRow(stored)
}

/**
 * Opens a case with its number, its unit and its first events; returns its row and the opening
 * event. The caller looked for an open one in the same transaction. If somebody else opened one
 * meanwhile, `on conflict do nothing` makes PostgreSQL say that the transaction cannot be
 * serialised, so that it runs again and then joins; SQLite lets nobody in between.
 */
export async function openCase(
  work: UnitOfWork,
  catalogue: CaseCatalogue,
  id: string,
  finding: Finding,
): Promise<{ readonly row: CaseRow; readonly event: string }> {
  const { fault, asset, place, source, actor, now: at } = finding
  const recurrenceOf = await recentlyClosed(work, finding)
  const routing = chooseUnit(catalogue, {
    category: fault.category,
    asset,
    place,
    source: source === 'alarm' ? 'alarm' : 'citizen',
  })
  const row = await insertCase(work, {
    id,
    number: await nextNumber(work, at),
    category: fault.category,
    join_class: fault.joinClass,
    asset,
    lat: place?.lat ?? null,
    lon: place?.lon ?? null,
    unit: routing.unit,
    opened_at: finding.since,
    changed_at: at,
    recurrence_of: recurrenceOf,
    search: searchText(catalogue, finding),
  })
  const event = await appendEvent(work, id, {
    kind: 'opened',
    actor,
    at,
    visibility: 'public',
    data: {
      report: finding.report,
      source,
      ...(recurrenceOf === null ? {} : { recurrenceOf }),
    },
  })
  if (routing.unit !== null && routing.order !== null) {
    const data = { unit: routing.unit, route: routing.order }
    const by = { actor: 'routes', at, visibility: 'public' } as const
    await appendEvent(work, id, { kind: 'routed', ...by, data })
  }
  return { row, event }
}

type FreshCase = Pick<
  CaseRow,
  | 'id'
  | 'number'
  | 'category'
  | 'join_class'
  | 'asset'
  | 'lat'
  | 'lon'
  | 'unit'
  | 'opened_at'
  | 'changed_at'
  | 'recurrence_of'
  | 'search'
>

async function insertCase(work: UnitOfWork, fresh: FreshCase): Promise<CaseRow> {
  const stored = await work.query
    .insertInto('case')
    .values({
      ...fresh,
      organisation: work.organisation,
      kind: 'single',
      state: 'received',
      closing_reason: null,
      closing_text: null,
      closed_at: null,
      verify: 0,
      version: 1,
      matter: 'fault',
      priority: 'normal',
      assignee: null,
      contractor: null,
      root: fresh.id,
      prior_state: null,
      address: null,
      private: 0,
      border: 0,
      planned_for: null,
      answer_by: null,
      forwarded_to: null,
      forwarded_reference: null,
      policy: null,
      due_at: null,
      search: `${fresh.number} ${fresh.search}`.toLowerCase(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
  if (stored === undefined) {
    throw new Error(`case ${fresh.id} is there, yet no open one was seen`)
  }
  return caseRow(stored)
}

async function recentlyClosed(
  work: UnitOfWork,
  { asset, fault, now }: Finding,
): Promise<string | null> {
  if (asset === null) return null
  const earlierCase = await work.query
    .selectFrom('case')
    .select('id')
    .where('asset', '=', asset)
    .where('join_class', '=', fault.joinClass)
    .where('closed_at', '>=', earlier(now, RECURRENCE))
    .orderBy('closed_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return earlierCase?.id ?? null
}

/** Asset and category. Nobody's own words: those may name a person. */
function searchText(catalogue: CaseCatalogue, { asset, fault }: Finding): string {
  const category = categoryName(catalogue, fault.category)
  const name = asset === null ? undefined : catalogue.assets.get(asset)?.name
  return [asset, name, category.sv, category.nb, category.en]
    .filter((part) => typeof part === 'string')
    .join(' ')
}
