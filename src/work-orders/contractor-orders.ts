import { categoryName } from '../cases/catalogue.ts'
import { readOrganisation } from '../cases/organisation.ts'
import { contractorActor, type ContractorUser } from '../contractors/reach.ts'
import type { ScopedQueries } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'
import { moveOrder, noOrder, type OrderMove } from './change-order.ts'
import { orderSteps, type OrderStep } from './history.ts'
import { commonView } from './order-views.ts'
import type { OrderCatalogue, OrderParts } from './parts.ts'
import { orderers, ordersWithin } from './reach.ts'
import type { ContractorOrderView } from './views.ts'

/** Orders that others gave a contractor. */
export interface ContractorOrders {
  /** Of everybody it works for, the latest changed first. `open`: not approved, declined or cancelled. */
  list(
    who: ContractorUser,
    filter: { readonly which: 'open' | 'all'; readonly limit: number },
  ): Promise<readonly ContractorOrderView[]>
  /** Throws Problem not_found, conflict, invalid. */
  move(
    who: ContractorUser,
    where: { readonly organisation: OrganisationId; readonly id: string },
    move: OrderMove,
  ): Promise<ContractorOrderView>
}

/** On the database; every call asks `reach` first. */
export function createContractorOrders(parts: OrderParts): ContractorOrders {
  return {
    async list(who, { which, limit }) {
      const views: ContractorOrderView[] = []
      for (const organisation of await orderers(parts, who)) {
        const telling = await tellingOf(parts, who, organisation)
        const query = parts.database.read(organisation)
        const rows = await ordersWithin(query, who, telling)
          .$if(which === 'open', (found) =>
            found.where('work_order.state', 'in', ['ordered', 'accepted', 'done']),
          )
          .limit(limit)
          .execute()
        views.push(...(await viewsOf(query, telling, rows)))
      }
      return views.toSorted((a, b) => (a.changedAt < b.changedAt ? 1 : -1)).slice(0, limit)
    },
    async move(who, { organisation, id }, move) {
      if (!(await orderers(parts, who)).includes(organisation)) throw noOrder()
      const telling = await tellingOf(parts, who, organisation)
      return await parts.database.write(organisation, 'normal', async (work) => {
        const row = await ordersWithin(work.query, who, telling)
          .where('work_order.id', '=', id)
          .executeTakeFirst()
        if (row === undefined) throw noOrder()
        const { number, category, asset, lat, lon, address, ...order } = row
        const actor = contractorActor(who)
        const { at } = telling
        const asked = { row: order, move, role: 'doer', actor, at } as const
        const moved = await moveOrder(work, parts, asked)
        const about = { ...moved, number, category, asset, lat, lon, address }
        const [view] = await viewsOf(work.query, telling, [about])
        if (view === undefined) throw noOrder()
        return view
      })
    },
  }
}

/** What a contractor's view of one organisation is made with. */
interface Telling {
  readonly who: ContractorUser
  readonly catalogue: OrderCatalogue
  readonly organisation: ContractorOrderView['organisation']
  readonly at: TimeUs
}

async function tellingOf(
  { database, catalogue, clock }: OrderParts,
  who: ContractorUser,
  id: OrganisationId,
): Promise<Telling> {
  const name = (await readOrganisation(database, id))?.name ?? id
  return {
    who,
    catalogue: await catalogue(id),
    organisation: { id, name },
    at: clock.now(),
  }
}

type Row = Awaited<ReturnType<ReturnType<typeof ordersWithin>['execute']>>[number]

async function viewsOf(
  query: ScopedQueries,
  telling: Telling,
  rows: readonly Row[],
): Promise<readonly ContractorOrderView[]> {
  const steps = await orderSteps(
    query,
    rows.map((row) => row.case),
  )
  return rows.map((row) => viewOf(row, telling, steps.get(row.id) ?? []))
}

function viewOf(
  row: Row,
  { who, catalogue, organisation }: Telling,
  history: readonly OrderStep[],
): ContractorOrderView {
  const { number, category, asset, lat, lon, address } = row
  const ours = contractorActor({ ...who, user: '' })
  const name = asset === null ? undefined : catalogue.assets.get(asset)?.name
  return {
    ...commonView(row, { catalogue, number, history, role: 'doer' }),
    organisation,
    case: {
      number,
      category: { id: category, name: categoryName(catalogue, category) },
      asset: asset === null ? null : { id: asset, name: name ?? asset },
      place: lat === null || lon === null ? null : { lat, lon },
      address,
    },
    // Names of the organisation's people are its own.
    history: history.map(({ actor, ...step }) => ({
      ...step,
      own: actor.startsWith(ours),
    })),
  }
}
