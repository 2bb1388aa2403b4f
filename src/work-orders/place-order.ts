import { checkActing } from '../cases/acting.ts'
import type { CaseRow } from '../cases/case-row.ts'
import type { CaseActor } from '../cases/cases.ts'
import { caseById, checkOwn, touchCase } from '../cases/change.ts'
import { settled } from '../cases/workflow/table.ts'
import { whyNot } from '../contractors/grant-cases.ts'
import type { UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { durationUs, earlier, HOUR, later, type TimeUs } from '../domain/time.ts'
import { orderId, orderWords, tellOrder, type OrderRow } from './change-order.ts'
import { viewOf } from './order-views.ts'
import type { OrderCatalogue, OrderParts } from './parts.ts'
import type { DoerView, OrderView } from './views.ts'

/** Orders of one case. */
const ORDERS_MAX = 100
const DAY = durationUs(24 * HOUR)
/** Nothing is ordered further ahead than this. */
const AHEAD_MAX = durationUs(5 * 366 * DAY)

/** What is to be done, and who shall do it. */
export interface NewOrder {
  readonly case: string
  /** A unit of the organisation; one with a contract is the contractor's. */
  readonly unit: string
  /** For whoever does it, who may be of another organisation: no identity number. */
  readonly text: string
  /** By when; left out: no day was named. */
  readonly due?: TimeUs
  readonly by: CaseActor
}

/** See `WorkOrders.order`. */
export async function placeOrder(
  parts: OrderParts,
  organisation: OrganisationId,
  { case: caseId, unit, text, due, by }: NewOrder,
): Promise<OrderView> {
  const catalogue = await parts.catalogue(organisation)
  const said = orderWords(text)
  const at = parts.clock.now()
  checkOrder(catalogue, { unit, said, due, at })
  return await parts.database.write(organisation, 'normal', async (work) => {
    const about = await caseById(work.query, caseId)
    await checkActing(work, parts, by, caseId)
    checkOwn(about)
    if (settled.has(about.state)) throw closed()
    const contractor = contractorOf(parts, catalogue, { organisation, about, unit, at })
    const ordinal = 1 + (await countOf(work, caseId))
    const row: OrderRow = {
      organisation,
      id: orderId(caseId, ordinal),
      case: caseId,
      ordinal,
      unit,
      contractor,
      state: 'ordered',
      due_at: due ?? null,
      ordered_at: at,
      changed_at: at,
      version: 1,
    }
    await work.query.insertInto('work_order').values(row).execute()
    await touchCase(work, about, { category: about.category, at })
    await tellOrder(work, parts, { row, text: said, actor: by.name, at })
    return await viewOf(work.query, { ...parts, catalogue }, row)
  })
}

/** See `WorkOrders.doers`. */
export async function doersOf(
  parts: OrderParts,
  organisation: OrganisationId,
  caseId: string,
): Promise<readonly DoerView[]> {
  const catalogue = await parts.catalogue(organisation)
  const about = await caseById(parts.database.read(organisation), caseId)
  if (about.root !== about.id || settled.has(about.state)) return []
  const at = parts.clock.now()
  return [...catalogue.units].flatMap(([id, { name }]) => {
    const found = contractOf(parts, catalogue, { organisation, about, unit: id, at })
    const refused = found !== undefined && found.refused !== undefined
    return refused ? [] : [{ id, name, contractor: found !== undefined }]
  })
}

function checkOrder(
  catalogue: OrderCatalogue,
  {
    unit,
    said,
    due,
    at,
  }: {
    readonly unit: string
    readonly said: string
    readonly due: TimeUs | undefined
    readonly at: TimeUs
  },
): void {
  if (!catalogue.units.has(unit)) {
    throw wrong('unit', 'There is no such unit.', 'Choose one of the units.')
  }
  if (said === '') throw nothingOrdered()
  if (due !== undefined) checkDue(due, at)
}

export function nothingOrdered(): Problem {
  return wrong('text', 'Nothing is ordered.', 'Write what is to be done.')
}

/** Throws Problem invalid for a day that is over or too far away. */
export function checkDue(due: TimeUs, at: TimeUs): void {
  if (due >= earlier(at, DAY) && due <= later(at, AHEAD_MAX)) return
  const next = 'Name a day from now on, at most five years ahead.'
  throw wrong('due', 'That day is over, or too far away.', next)
}

/** Something for a unit to do about a case. */
interface Wanted {
  readonly organisation: OrganisationId
  readonly about: CaseRow
  readonly unit: string
  readonly at: TimeUs
}

/** With whom the unit's contract is, and why it says nothing of the case; undefined for a unit of the own. */
function contractOf(
  parts: OrderParts,
  { units, contracts, zone }: OrderCatalogue,
  { organisation, about, unit, at }: Wanted,
):
  | { readonly contractor: string; readonly refused: ReturnType<typeof whyNot> }
  | undefined {
  const id = units.get(unit)?.contract
  const contract = id === undefined ? undefined : contracts.get(id)
  if (contract === undefined || contract.contractor === organisation) return undefined
  const refused = whyNot(parts, { organisation, row: about, contract, zone, at })
  return { contractor: contract.contractor, refused }
}

/** Whose unit it is: the contractor's organisation, or null for a unit of the own. */
function contractorOf(
  parts: OrderParts,
  catalogue: OrderCatalogue,
  wanted: Wanted,
): string | null {
  const found = contractOf(parts, catalogue, wanted)
  if (found === undefined) return null
  if (found.refused === undefined) return found.contractor
  throw new Problem({
    kind: 'conflict',
    what:
      found.refused === 'not_in_force'
        ? 'The contract of this unit is not in force.'
        : 'The contract of this unit does not cover this case.',
    where: 'unit',
    next: 'Choose another unit, or change the contract in the configuration.',
  })
}

async function countOf({ query }: UnitOfWork, caseId: string): Promise<number> {
  const { last } = await query
    .selectFrom('work_order')
    .select((select) => select.fn.max('ordinal').as('last'))
    .where('case', '=', caseId)
    .executeTakeFirstOrThrow()
  const count = last ?? 0
  if (count < ORDERS_MAX) return count
  throw new Problem({
    kind: 'conflict',
    what: `A case has at most ${ORDERS_MAX} orders.`,
    where: 'id',
    next: 'Open a case for the rest of the work.',
  })
}

function wrong(where: string, what: string, next: string): Problem {
  return new Problem({ kind: 'invalid', what, where, next })
}

function closed(): Problem {
  return new Problem({
    kind: 'conflict',
    what: 'Nothing is ordered for a case that is closed or hidden.',
    where: 'id',
    next: 'Open the case again first.',
  })
}
