import type { ScopedQueries } from '../database/database.ts'
import { toIso } from '../domain/time.ts'
import type { OrderRow } from './change-order.ts'
import { orderPhotos, orderSteps, wordsOf, type OrderStep } from './history.ts'
import type { OrderCatalogue, OrderParts } from './parts.ts'
import { orderMoves, type OrderRole } from './states.ts'
import type { OrderView } from './views.ts'

/** What views of orders are made with. */
export interface Viewing extends Pick<OrderParts, 'photos'> {
  readonly catalogue: OrderCatalogue
  /** What whoever looks is to an order; undefined for one who only looks. Left out: those who ordered it. */
  readonly roleOf?: (row: OrderRow) => OrderRole | undefined
}

/** One order as those see it who have its case. */
export async function viewOf(
  query: ScopedQueries,
  viewing: Viewing,
  row: OrderRow,
): Promise<OrderView> {
  const [view] = await viewsOf(query, viewing, [row])
  if (view === undefined) throw new Error('one order makes one view')
  return view
}

/** The same of several, of at most 500 cases. */
export async function viewsOf(
  query: ScopedQueries,
  { catalogue, photos, roleOf = () => 'orderer' }: Viewing,
  rows: readonly OrderRow[],
): Promise<readonly OrderView[]> {
  const cases = [...new Set(rows.map((row) => row.case))]
  const numbers = await numbersOf(query, cases)
  const steps = await orderSteps(query, cases)
  const taken = await orderPhotos(query, photos, cases)
  return rows.map((row) => {
    const { id, case: about, contractor } = row
    const history = [...(steps.get(id) ?? [])]
    const common = commonView(row, {
      catalogue,
      number: numbers.get(about) ?? about,
      history,
      photos: taken.get(id) ?? [],
      role: roleOf(row),
    })
    return { ...common, case: about, contractor, history }
  })
}

async function numbersOf(
  query: ScopedQueries,
  cases: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (cases.length === 0) return new Map()
  const rows = await query
    .selectFrom('case')
    .select(['id', 'number'])
    .where('id', 'in', cases)
    .execute()
  return new Map(rows.map(({ id, number }) => [id, number]))
}

/** What an order is called: the number of its case and a count. Pure. */
export function orderNumber(caseNumber: string, ordinal: number): string {
  return `${caseNumber}-A${ordinal}`
}

/** What everybody sees of an order who sees it at all. Pure. */
export function commonView(
  row: OrderRow,
  {
    catalogue,
    number,
    history,
    photos,
    role,
  }: {
    readonly catalogue: OrderCatalogue
    /** Of its case. */
    readonly number: string
    readonly history: readonly OrderStep[]
    readonly photos: readonly string[]
    /** Undefined: of one who only looks. */
    readonly role: OrderRole | undefined
  },
): Omit<OrderView, 'case' | 'contractor' | 'history'> {
  const name = catalogue.units.get(row.unit)?.name ?? row.unit
  return {
    id: row.id,
    number: orderNumber(number, row.ordinal),
    unit: { id: row.unit, name },
    state: row.state,
    text: wordsOf(history),
    dueAt: row.due_at === null ? null : toIso(row.due_at),
    orderedAt: toIso(row.ordered_at),
    changedAt: toIso(row.changed_at),
    version: row.version,
    photos: [...photos],
    moves: role === undefined ? [] : [...orderMoves(row.state, role)],
  }
}
