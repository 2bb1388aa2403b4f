import type { ContractorUser } from '../contractors/reach.ts'
import { isInForce } from '../contractors/contract.ts'
import type { ScopedQueries } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { durationUs, earlier, HOUR, type TimeUs } from '../domain/time.ts'
import type { OrderCatalogue, OrderParts } from './parts.ts'

/**
 * The one place that decides which orders of others a contractor reaches.
 */

/** An order that has ended is seen for so long, so that the work can be accounted for. */
const ENDED_FOR = durationUs(30 * 24 * HOUR)
/** Organisations that one contractor gets orders from. */
const ORGANISATIONS_MAX = 500

/** Who ordered anything of the contractor. */
export async function orderers(
  { database }: Pick<OrderParts, 'database'>,
  { organisation }: ContractorUser,
): Promise<readonly OrganisationId[]> {
  const rows = await database.installation.query
    .selectFrom('work_order')
    .select('organisation')
    .distinct()
    .where('contractor', '=', organisation)
    .orderBy('organisation')
    .limit(ORGANISATIONS_MAX)
    .execute()
  return rows.map((row) => row.organisation)
}

/** See `ContractorOrders.touched`. Ids alone: what is in an order is shown by `ordersWithin`. */
export async function ordersAmong(
  { database }: Pick<OrderParts, 'database'>,
  { organisation: contractor }: ContractorUser,
  {
    organisation,
    ids,
  }: { readonly organisation: OrganisationId; readonly ids: readonly string[] },
): Promise<readonly string[]> {
  const rows = await database
    .read(organisation)
    .selectFrom('work_order')
    .select('case')
    .distinct()
    .where('contractor', '=', contractor)
    .where('case', 'in', ids)
    .execute()
  return rows.map((row) => row.case)
}

/**
 * Orders of one organisation that are the contractor's now: their unit is still that of a contract with
 * it, which is in force; the case is not out of sight; and they have not ended long ago. The latest
 * changed first.
 */
export function ordersWithin(
  query: ScopedQueries,
  { organisation }: ContractorUser,
  { catalogue, at }: { readonly catalogue: OrderCatalogue; readonly at: TimeUs },
) {
  return query
    .selectFrom('work_order')
    .innerJoin('case', 'case.id', 'work_order.case')
    .selectAll('work_order')
    .select(['case.number', 'case.category', 'case.asset', 'case.lat', 'case.lon'])
    .select('case.address')
    .where('work_order.contractor', '=', organisation)
    .where('work_order.unit', 'in', unitsOf(catalogue, organisation, at))
    .where('case.state', '<>', 'hidden')
    .where((where) =>
      where.or([
        where('work_order.state', 'in', ['ordered', 'accepted', 'done']),
        where('work_order.changed_at', '>', earlier(at, ENDED_FOR)),
      ]),
    )
    .orderBy('work_order.changed_at', 'desc')
    .orderBy('work_order.id')
}

/** Ids of units whose contract is with the contractor, and in force; at least one that is nobody's, for SQL. */
function unitsOf(
  { units, contracts, zone }: OrderCatalogue,
  contractor: string,
  at: TimeUs,
): string[] {
  const own = [...units].filter(([, { contract: id }]) => {
    const contract = id === undefined ? undefined : contracts.get(id)
    return contract?.contractor === contractor && isInForce(contract, { zone, at })
  })
  return ['', ...own.map(([id]) => id)]
}
