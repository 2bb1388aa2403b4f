import type { UnitOfWork } from '../../database/database.ts'
import type { Place } from '../../domain/asset.ts'
import type { TimeUs } from '../../domain/time.ts'
import type { Routing } from '../../routing/routing.ts'
import { caseRow, type CaseRow } from '../case-row.ts'
import { categoryName, type CaseCatalogue, type FaultKind } from '../catalogue.ts'
import type { NewReport } from '../cases.ts'
import { nextNumber } from '../number.ts'
import type { OwnParts } from '../parts.ts'
import { chooseUnit } from '../route.ts'

/** What one source found, before it is known whether a case for it is open. */
export interface Finding {
  readonly fault: FaultKind
  readonly asset: string | null
  readonly place: Place | null
  readonly source: NewReport['source'] | 'alarm'
  /** Of an address register. */
  readonly address?: string
  readonly answers?: NewReport['answers']
  /** Id of the report that stands for it. */
  readonly report: string
  readonly actor: string
  /** Since when, as people are told; for an alarm when it happened outdoors. */
  readonly since: TimeUs
  readonly now: TimeUs
  /** The case it comes back after, closed not long ago. */
  readonly recurrenceOf?: string | undefined
}

type OpenParts = Pick<OwnParts, 'append' | 'assign'>

/**
 * Opens a case with its number, its unit and its first events. `store` writes the report between, so
 * that whoever hears of the opening finds it. The caller looked for an open case in the same
 * transaction. If somebody else opened one meanwhile, `on conflict do nothing` makes PostgreSQL say
 * that the transaction cannot be serialised, so that it runs again and then joins; SQLite lets
 * nobody in between.
 */
export async function openCase(
  work: UnitOfWork,
  parts: OpenParts,
  opening: {
    readonly catalogue: CaseCatalogue
    readonly id: string
    readonly finding: Finding
    readonly store: () => Promise<unknown>
  },
): Promise<CaseRow> {
  const { catalogue, id, finding, store } = opening
  const { asset, source, actor, now: at, recurrenceOf } = finding
  const category = catalogue.categories.get(finding.fault.category)
  const matter = category?.matter ?? 'fault'
  const routing = chooseUnit(
    catalogue,
    {
      category: finding.fault.category,
      asset,
      place: finding.place,
      source,
      matter,
      ...(finding.answers !== undefined && { answers: finding.answers }),
    },
    at,
  )
  work.tell({ kind: 'case', subject: id })
  const row = await insertCase(work, catalogue, { id, finding, routing, matter })
  await store()
  await parts.append(work, id, {
    kind: 'opened',
    actor,
    at,
    visibility: 'public',
    data: {
      report: finding.report,
      source,
      ...(recurrenceOf !== undefined && { recurrenceOf }),
    },
  })
  await handOn(work, parts, { id, routing, at })
  return row
}

/** Tells which unit the routes chose, and gives it to whom they named. */
export async function handOn(
  work: UnitOfWork,
  { append, assign }: OpenParts,
  {
    id,
    routing,
    at,
  }: { readonly id: string; readonly routing: Routing; readonly at: TimeUs },
): Promise<void> {
  const { unit, person, order } = routing
  if (unit === null || order === null) return
  const by = { actor: 'routes', at, visibility: 'public' } as const
  await append(work, id, { kind: 'routed', ...by, data: { unit, route: order } })
  if (person === null || assign === undefined) return
  await assign(work, { case: id, unit, person, by: 'routes', at, via: 'route' })
}

interface Fresh {
  readonly id: string
  readonly finding: Finding
  readonly routing: Routing
  readonly matter: CaseRow['matter']
}

async function insertCase(
  work: UnitOfWork,
  catalogue: CaseCatalogue,
  { id, finding, routing, matter }: Fresh,
): Promise<CaseRow> {
  const { fault, asset, place, address = null, now, since } = finding
  const number = await nextNumber(work, now)
  const stored = await work.query
    .insertInto('case')
    .values({
      organisation: work.organisation,
      id,
      number,
      kind: 'single',
      state: 'received',
      closing_reason: null,
      closing_text: null,
      category: fault.category,
      join_class: fault.joinClass,
      asset,
      lat: place?.lat ?? null,
      lon: place?.lon ?? null,
      unit: routing.unit,
      verify: 0,
      version: 1,
      opened_at: since,
      changed_at: now,
      closed_at: null,
      recurrence_of: finding.recurrenceOf ?? null,
      search: searchText(catalogue, { number, address, ...fault, asset }),
      matter,
      priority: routing.priority,
      assignee: null,
      contractor: null,
      root: id,
      prior_state: null,
      address,
      private: catalogue.categories.get(fault.category)?.private === true ? 1 : 0,
      border: routing.border ? 1 : 0,
      planned_for: null,
      answer_by: null,
      forwarded_to: null,
      forwarded_reference: null,
      policy: routing.serviceLevel,
      due_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
  if (stored === undefined) {
    throw new Error(`case ${id} is there, yet no open one was seen`)
  }
  return caseRow(stored)
}

/** Number, asset, category and address in lower case. Nobody's own words: those may name a person. */
export function searchText(
  catalogue: CaseCatalogue,
  of: {
    readonly number: string
    readonly asset: string | null
    readonly category: string
    readonly address: string | null
  },
): string {
  const { sv, nb, en } = categoryName(catalogue, of.category)
  const name = of.asset === null ? undefined : catalogue.assets.get(of.asset)?.name
  return [of.number, of.asset, name, sv, nb, en, of.address]
    .filter((part) => typeof part === 'string')
    .join(' ')
    .toLowerCase()
}
