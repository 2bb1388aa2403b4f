import type { ActingPerson } from '../assignment/assignments.ts'
import { checkActing } from '../cases/acting.ts'
import type { CaseActor } from '../cases/cases.ts'
import { caseById, rootOf } from '../cases/change.ts'
import type { ScopedQueries, UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import type { TimeUs } from '../domain/time.ts'
import { amendOrder, type Amendment } from './amend-order.ts'
import { moveOrder, noOrder, type OrderMove, type OrderRow } from './change-order.ts'
import { createContractorOrders, type ContractorOrders } from './contractor-orders.ts'
import { viewOf, viewsOf } from './order-views.ts'
import type { OrderCatalogue, OrderParts } from './parts.ts'
import { doersOf, placeOrder, type NewOrder } from './place-order.ts'
import type { OrderRole } from './states.ts'
import type { DoerView, OrderView } from './views.ts'

/** Orders to do something about a case, which change nothing of the case itself. */
export interface WorkOrders {
  /**
   * Throws Problem not_found, forbidden, invalid (unit, words, day), conflict (settled, merged, not covered
   * by the contract, too many).
   */
  order(organisation: OrganisationId, order: NewOrder): Promise<OrderView>
  /**
   * Of a case and all that lies in it, the newest first, with the moves that `who` may make; left out,
   * those of the ones who ordered it. Throws Problem not_found.
   */
  list(
    organisation: OrganisationId,
    caseId: string,
    who?: ActingPerson,
  ): Promise<readonly OrderView[]>
  /**
   * Units of which something can be ordered for a case now: the own ones, and those whose contract
   * covers it. None for a case that is settled or merged. Throws Problem not_found.
   */
  doers(organisation: OrganisationId, caseId: string): Promise<readonly DoerView[]>
  /** Throws Problem not_found, forbidden, conflict, invalid. */
  move(
    organisation: OrganisationId,
    id: string,
    move: OrderMove & { readonly by: CaseActor },
  ): Promise<OrderView>
  /**
   * Changes the words or the day of an order that nobody accepted yet. Throws Problem not_found, forbidden,
   * conflict, invalid.
   */
  amend(
    organisation: OrganisationId,
    id: string,
    amendment: Amendment & { readonly by: CaseActor },
  ): Promise<OrderView>
  /** The same orders, for the contractors that do them. */
  readonly ofContractors: ContractorOrders
}

/** On the database. */
export function createWorkOrders(parts: OrderParts): WorkOrders {
  return {
    ofContractors: createContractorOrders(parts),
    order: (organisation, order) => placeOrder(parts, organisation, order),
    doers: (organisation, caseId) => doersOf(parts, organisation, caseId),
    async list(organisation, caseId, who) {
      const query = parts.database.read(organisation)
      const { id } = await rootOf(query, await caseById(query, caseId))
      const rows = await query
        .selectFrom('work_order')
        .innerJoin('case', 'case.id', 'work_order.case')
        .selectAll('work_order')
        .where('case.root', '=', id)
        .orderBy('work_order.ordered_at', 'desc')
        .orderBy('work_order.id')
        .limit(500)
        .execute()
      const catalogue = await parts.catalogue(organisation)
      const acts =
        who === undefined || (await parts.mayAct?.(organisation, who, id)) !== false
      const roleOf = (row: OrderRow): OrderRole | undefined => {
        if (acts) return 'orderer'
        return isMember(catalogue, row, who.person) ? 'doer' : undefined
      }
      return await viewsOf(query, { ...parts, catalogue, roleOf }, rows)
    },
    move: (organisation, id, { by, ...move }) =>
      change(parts, { organisation, id, by }, (work, known) =>
        moveOrder(work, parts, { ...known, move }),
      ),
    amend: (organisation, id, { by, ...amendment }) =>
      change(parts, { organisation, id, by }, (work, known) =>
        amendOrder(work, parts, { ...known, amendment }),
      ),
  }
}

/** An order, and what whoever changes it is to it. */
interface Known {
  readonly row: OrderRow
  readonly role: OrderRole
  readonly actor: string
  readonly at: TimeUs
}

/** Changes an order in one transaction, and shows it as it is then. */
async function change(
  parts: OrderParts,
  {
    organisation,
    id,
    by,
  }: {
    readonly organisation: OrganisationId
    readonly id: string
    readonly by: CaseActor
  },
  to: (work: UnitOfWork, known: Known) => Promise<OrderRow>,
): Promise<OrderView> {
  const catalogue = await parts.catalogue(organisation)
  const at = parts.clock.now()
  return await parts.database.write(organisation, 'normal', async (work) => {
    const row = await orderById(work.query, id)
    const role = await roleOf(work, parts, { row, by, catalogue })
    const changed = await to(work, { row, role, actor: by.name, at })
    const viewing = { ...parts, catalogue, roleOf: () => role }
    return await viewOf(work.query, viewing, changed)
  })
}

async function orderById(query: ScopedQueries, id: string): Promise<OrderRow> {
  const row = await query
    .selectFrom('work_order')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) throw noOrder()
  return row
}

/** Members of its unit do the work; everybody else must be allowed to act on the case. */
async function roleOf(
  work: UnitOfWork,
  parts: OrderParts,
  {
    row,
    by,
    catalogue,
  }: {
    readonly row: OrderRow
    readonly by: CaseActor
    readonly catalogue: OrderCatalogue
  },
): Promise<OrderRole> {
  const isDoer = by.who !== undefined && isMember(catalogue, row, by.who.person)
  try {
    const { root } = await caseById(work.query, row.case)
    await checkActing(work, parts, by, row.case, root)
    return 'orderer'
  } catch (error) {
    const refused = error instanceof Problem && error.details.kind === 'forbidden'
    if (!isDoer || !refused) throw error
    return 'doer'
  }
}

function isMember(
  { units }: OrderCatalogue,
  { unit }: Pick<OrderRow, 'unit'>,
  person: string,
): boolean {
  return units.get(unit)?.members.includes(person) === true
}
