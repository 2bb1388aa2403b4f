import { categoryName } from '../cases/catalogue.ts'
import { readOrganisation } from '../cases/organisation.ts'
import { contractorActor, type ContractorUser } from '../contractors/reach.ts'
import type { ScopedQueries, UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'
import { addOrderPhotos } from './add-photos.ts'
import { moveOrder, noOrder, type OrderMove, type OrderRow } from './change-order.ts'
import { orderPhotos, orderSteps, type OrderStep } from './history.ts'
import { commonView } from './order-views.ts'
import type { OrderCatalogue, OrderParts } from './parts.ts'
import { orderers, ordersAmong, ordersWithin } from './reach.ts'
import type { ContractorOrderView } from './views.ts'

/** Orders that others gave a contractor. */
export interface ContractorOrders {
  /** Of everybody it works for, the latest changed first. `open`: not approved, declined or cancelled. */
  list(
    who: ContractorUser,
    filter: { readonly which: 'open' | 'all'; readonly limit: number },
  ): Promise<readonly ContractorOrderView[]>
  /** Throws Problem not_found, conflict, invalid. */
  move(who: ContractorUser, where: Where, move: OrderMove): Promise<ContractorOrderView>
  /** Who ordered anything of it, at most 500. */
  orderers(who: ContractorUser): Promise<readonly OrganisationId[]>
  /** Of these cases (at most 1,001) those of which something was ordered of it. */
  touched(
    who: ContractorUser,
    of: { readonly organisation: OrganisationId; readonly ids: readonly string[] },
  ): Promise<readonly string[]>
  /**
   * Gives photos of the work to an order; they were sent to its organisation before. Throws Problem
   * not_found, invalid (unknown, too many), conflict (it has ended).
   */
  addPhotos(
    who: ContractorUser,
    where: Where,
    ids: readonly string[],
  ): Promise<ContractorOrderView>
  /** One of the photos of an order, as JPEG; undefined for any other. Throws Problem not_found. */
  photo(
    who: ContractorUser,
    where: Where,
    asked: { readonly id: string; readonly size?: 'full' | 'small' },
  ): Promise<Uint8Array | undefined>
}

/** Where an order lies. */
interface Where {
  readonly organisation: OrganisationId
  readonly id: string
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
    move: (who, where, move) =>
      change(parts, who, where, (work, row, at) =>
        moveOrder(work, parts, {
          row,
          move,
          role: 'doer',
          actor: contractorActor(who),
          at,
        }),
      ),
    orderers: (who) => orderers(parts, who),
    touched: (who, of) => ordersAmong(parts, who, of),
    addPhotos: (who, where, ids) =>
      change(parts, who, where, async (work, row, at) => {
        await addOrderPhotos(work, parts, { row, ids, actor: contractorActor(who), at })
        return row
      }),
    async photo(who, { organisation, id: order }, { id, size }) {
      const telling = await reached(parts, who, organisation)
      const query = parts.database.read(organisation)
      const row = await one(query, telling, order)
      const taken = await orderPhotos(query, parts.photos, [row.case])
      if (taken.get(order)?.includes(id) !== true) return undefined
      return await parts.photos?.bytes(organisation, id, size)
    },
  }
}

/** Changes an order that the contractor reaches, in one transaction, and shows it as it is then. */
async function change(
  parts: OrderParts,
  who: ContractorUser,
  { organisation, id }: Where,
  by: (work: UnitOfWork, row: OrderRow, at: TimeUs) => Promise<OrderRow>,
): Promise<ContractorOrderView> {
  const telling = await reached(parts, who, organisation)
  return await parts.database.write(organisation, 'normal', async (work) => {
    const { number, category, asset, lat, lon, address, ...row } = await one(
      work.query,
      telling,
      id,
    )
    const changed = await by(work, row, telling.at)
    const about = { ...changed, number, category, asset, lat, lon, address }
    const [view] = await viewsOf(work.query, telling, [about])
    if (view === undefined) throw noOrder()
    return view
  })
}

/** Throws Problem not_found for an organisation that ordered nothing. */
async function reached(
  parts: OrderParts,
  who: ContractorUser,
  organisation: OrganisationId,
): Promise<Telling> {
  if (!(await orderers(parts, who)).includes(organisation)) throw noOrder()
  return await tellingOf(parts, who, organisation)
}

async function one(query: ScopedQueries, telling: Telling, id: string): Promise<Row> {
  const row = await ordersWithin(query, telling.who, telling)
    .where('work_order.id', '=', id)
    .executeTakeFirst()
  if (row === undefined) throw noOrder()
  return row
}

/** What a contractor's view of one organisation is made with. */
interface Telling extends Pick<OrderParts, 'photos'> {
  readonly who: ContractorUser
  readonly catalogue: OrderCatalogue
  readonly organisation: ContractorOrderView['organisation']
  readonly at: TimeUs
}

async function tellingOf(
  { database, catalogue, clock, photos }: OrderParts,
  who: ContractorUser,
  id: OrganisationId,
): Promise<Telling> {
  const name = (await readOrganisation(database, id))?.name ?? id
  return {
    who,
    ...(photos !== undefined && { photos }),
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
  const cases = rows.map((row) => row.case)
  const steps = await orderSteps(query, cases)
  const taken = await orderPhotos(query, telling.photos, cases)
  return rows.map((row) => {
    const history = steps.get(row.id) ?? []
    return viewOf(row, telling, { history, photos: taken.get(row.id) ?? [] })
  })
}

function viewOf(
  row: Row,
  { who, catalogue, organisation }: Telling,
  told: { readonly history: readonly OrderStep[]; readonly photos: readonly string[] },
): ContractorOrderView {
  const { number, category, asset, lat, lon, address } = row
  const ours = contractorActor({ ...who, user: '' })
  const name = asset === null ? undefined : catalogue.assets.get(asset)?.name
  return {
    ...commonView(row, { catalogue, number, ...told, role: 'doer' }),
    organisation,
    case: {
      number,
      category: { id: category, name: categoryName(catalogue, category) },
      asset: asset === null ? null : { id: asset, name: name ?? asset },
      place: lat === null || lon === null ? null : { lat, lon },
      address,
    },
    // Names of the organisation's people are its own.
    history: told.history.map(({ actor, ...step }) => ({
      ...step,
      own: actor.startsWith(ours),
    })),
  }
}
