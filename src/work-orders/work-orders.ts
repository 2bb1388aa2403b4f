import { checkActing } from '../cases/acting.ts'
import type { CaseActor } from '../cases/cases.ts'
import { caseById, rootOf } from '../cases/change.ts'
import type { ScopedQueries, UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { moveOrder, noOrder, type OrderMove, type OrderRow } from './change-order.ts'
import { createContractorOrders, type ContractorOrders } from './contractor-orders.ts'
import { viewOf, viewsOf } from './order-views.ts'
import type { OrderCatalogue, OrderParts } from './parts.ts'
import { placeOrder, type NewOrder } from './place-order.ts'
import type { OrderRole } from './states.ts'
import type { OrderView } from './views.ts'

/** Orders to do something about a case, which change nothing of the case itself. */
export interface WorkOrders {
  /**
   * Throws Problem not_found, forbidden, invalid (unit, words, day), conflict (settled, merged, not covered
   * by the contract, too many).
   */
  order(organisation: OrganisationId, order: NewOrder): Promise<OrderView>
  /** Of a case and all that lies in it, the newest first. Throws Problem not_found. */
  list(organisation: OrganisationId, caseId: string): Promise<readonly OrderView[]>
  /** Throws Problem not_found, forbidden, conflict, invalid. */
  move(
    organisation: OrganisationId,
    id: string,
    move: OrderMove & { readonly by: CaseActor },
  ): Promise<OrderView>
  /** The same orders, for the contractors that do them. */
  readonly ofContractors: ContractorOrders
}

/** On the database. */
export function createWorkOrders(parts: OrderParts): WorkOrders {
  return {
    ofContractors: createContractorOrders(parts),
    order: (organisation, order) => placeOrder(parts, organisation, order),
    async list(organisation, caseId) {
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
      return await viewsOf(query, await parts.catalogue(organisation), rows)
    },
    async move(organisation, id, { by, ...move }) {
      const catalogue = await parts.catalogue(organisation)
      const at = parts.clock.now()
      return await parts.database.write(organisation, 'normal', async (work) => {
        const row = await orderById(work.query, id)
        const role = await roleOf(work, parts, { row, by, catalogue })
        const moved = await moveOrder(work, parts, { row, move, role, actor: by.name, at })
        return await viewOf(work.query, catalogue, moved)
      })
    },
  }
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
  const members = catalogue.units.get(row.unit)?.members ?? []
  const isDoer = by.who !== undefined && members.includes(by.who.person)
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
