import type { ScopedQueries } from '../database/database.ts'
import { toIso } from '../domain/time.ts'
import type { OrderRow } from './change-order.ts'
import { orderSteps, type OrderStep } from './history.ts'
import type { OrderCatalogue } from './parts.ts'
import { orderMoves, type OrderRole } from './states.ts'
import type { OrderView } from './views.ts'

/** One order as those see it who have its case. */
export async function viewOf(
  query: ScopedQueries,
  catalogue: OrderCatalogue,
  row: OrderRow,
): Promise<OrderView> {
  const [view] = await viewsOf(query, catalogue, [row])
  if (view === undefined) throw new Error('one order makes one view')
  return view
}

/** The same of several, of at most 500 cases. */
export async function viewsOf(
  query: ScopedQueries,
  catalogue: OrderCatalogue,
  rows: readonly OrderRow[],
): Promise<readonly OrderView[]> {
  const cases = [...new Set(rows.map((row) => row.case))]
  const numbers = await numbersOf(query, cases)
  const steps = await orderSteps(query, cases)
  return rows.map((row) => {
    const { id, case: about, contractor } = row
    const history = [...(steps.get(id) ?? [])]
    const number = numbers.get(about) ?? about
    const common = commonView(row, { catalogue, number, history, role: 'orderer' })
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

/** What everybody sees of an order who sees it at all. Pure. */
export function commonView(
  row: OrderRow,
  {
    catalogue,
    number,
    history,
    role,
  }: {
    readonly catalogue: OrderCatalogue
    readonly number: string
    readonly history: readonly OrderStep[]
    readonly role: OrderRole
  },
): Omit<OrderView, 'case' | 'contractor' | 'history'> {
  const name = catalogue.units.get(row.unit)?.name ?? row.unit
  return {
    id: row.id,
    number: `${number}-A${row.ordinal}`,
    unit: { id: row.unit, name },
    state: row.state,
    text: history[0]?.text ?? null,
    dueAt: row.due_at === null ? null : toIso(row.due_at),
    orderedAt: toIso(row.ordered_at),
    changedAt: toIso(row.changed_at),
    version: row.version,
    moves: [...orderMoves(row.state, role)],
  }
}
