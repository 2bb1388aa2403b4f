import type { UnitOfWork } from '../../database/database.ts'
import type { Place } from '../../domain/asset.ts'
import type { TimeUs } from '../../domain/time.ts'
import type { Routing } from '../../routing/routing.ts'
import { caseRow, type CaseRow } from '../case-row.ts'
import { categoryName, type CaseCatalogue, type FaultKind } from '../catalogue.ts'
import type { NewReport } from '../cases.ts'
import { nextNumber } from '../number.ts'
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

/** Who gets what was found, by the routes. */
export function routingOf(catalogue: CaseCatalogue, finding: Finding): Routing {
  return chooseUnit(
    catalogue,
    {
      category: finding.fault.category,
      asset: finding.asset,
      place: finding.place,
      source: finding.source,
      matter: matterOf(catalogue, finding.fault),
      ...(finding.answers !== undefined && { answers: finding.answers }),
    },
    finding.now,
  )
}

/** Nobody has looked at it yet. */
export const triage: Routing = {
  unit: null,
  person: null,
  priority: 'normal',
  serviceLevel: null,
  order: null,
  border: false,
}

function matterOf(catalogue: CaseCatalogue, { category }: FaultKind): CaseRow['matter'] {
  return catalogue.categories.get(category)?.matter ?? 'fault'
}

/** A case that is about to be. */
interface Fresh {
  readonly id: string
  readonly finding: Finding
  readonly routing: Routing
  /** `storm`: it gathers what a storm brings. Left out: single. */
  readonly kind?: 'single' | 'storm'
}

/** Writes a case that stands for itself, with the next number. Nothing is told of it yet. */
export async function insertCase(
  work: UnitOfWork,
  catalogue: CaseCatalogue,
  fresh: Fresh,
): Promise<CaseRow> {
  const { id, finding, kind = 'single' } = fresh
  const { fault, asset, now, since } = finding
  const number = await nextNumber(work, now)
  const stored = await work.query
    .insertInto('case')
    .values({
      organisation: work.organisation,
      id,
      number,
      kind,
      state: 'received',
      closing_reason: null,
      closing_text: null,
      category: fault.category,
      join_class: fault.joinClass,
      asset,
      verify: 0,
      version: 1,
      opened_at: since,
      changed_at: now,
      closed_at: null,
      matter: matterOf(catalogue, fault),
      assignee: null,
      contractor: null,
      root: id,
      prior_state: null,
      private: catalogue.categories.get(fault.category)?.private === true ? 1 : 0,
      planned_for: null,
      answer_by: null,
      forwarded_to: null,
      forwarded_reference: null,
      due_at: null,
      ...placedAs(catalogue, number, fresh),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
  if (stored === undefined) {
    throw new Error(`case ${id} is there, yet no open one was seen`)
  }
  return caseRow(stored)
}

/** What a case says of where it is and who has it. */
export function placedAs(
  catalogue: CaseCatalogue,
  number: string,
  { finding, routing }: Pick<Fresh, 'finding' | 'routing'>,
) {
  const { fault, asset, place, address = null, recurrenceOf = null } = finding
  return {
    lat: place?.lat ?? null,
    lon: place?.lon ?? null,
    unit: routing.unit,
    priority: routing.priority,
    policy: routing.serviceLevel,
    border: routing.border ? 1 : 0,
    address,
    recurrence_of: recurrenceOf,
    search: searchText(catalogue, { number, address, ...fault, asset }),
  }
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
