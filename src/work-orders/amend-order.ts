import type { UnitOfWork } from '../database/database.ts'
import { Problem } from '../domain/problem.ts'
import type { TimeUs } from '../domain/time.ts'
import { checkVersion, orderWords, tellOrder, type OrderRow } from './change-order.ts'
import { CHANGED, orderSteps, wordsOf } from './history.ts'
import type { OrderParts } from './parts.ts'
import { checkDue, nothingOrdered } from './place-order.ts'
import { orderMoves, type OrderRole } from './states.ts'

/** Other words for an order, or another day. What is left out stays. */
export interface Amendment {
  /** The version that whoever asks saw. */
  readonly version: number
  readonly text?: string
  /** By when; null: no day any more. */
  readonly due?: TimeUs | null
}

/**
 * Changes what an order says while nobody has accepted it. The words from before stay in the history.
 * Throws Problem forbidden (those who do it), conflict (stale, accepted or ended), invalid (no words, day
 * over, nothing is changed).
 */
export async function amendOrder(
  work: UnitOfWork,
  parts: Pick<OrderParts, 'append'>,
  asked: {
    readonly row: OrderRow
    readonly amendment: Amendment
    readonly role: OrderRole
    readonly actor: string
    readonly at: TimeUs
  },
): Promise<OrderRow> {
  const { row, amendment, role, actor, at } = asked
  const { version, state } = row
  if (role !== 'orderer') throw notYours()
  const facts = { version, state, moves: orderMoves(state, role) }
  checkVersion(row, amendment.version, facts)
  if (state !== 'ordered') throw begun(facts)
  const { text, due } = await changesOf(work, row, amendment)
  if (text === undefined && due === row.due_at) throw same()
  if (due !== null && due !== row.due_at) checkDue(due, at)
  const changed = await work.query
    .updateTable('work_order')
    .set({ due_at: due, changed_at: at, version: version + 1 })
    .where('id', '=', row.id)
    .where('version', '=', version)
    .returningAll()
    .executeTakeFirstOrThrow()
  await tellOrder(work, parts, { row: changed, text: text ?? '', actor, at, step: CHANGED })
  return changed
}

/** The day as it will be, and the words if they are others than before. */
async function changesOf(
  work: UnitOfWork,
  row: OrderRow,
  { text, due = row.due_at }: Amendment,
): Promise<{ readonly text: string | undefined; readonly due: TimeUs | null }> {
  if (text === undefined) return { text, due }
  const said = orderWords(text)
  if (said === '') throw nothingOrdered()
  const before = (await orderSteps(work.query, [row.case])).get(row.id) ?? []
  return { text: said === wordsOf(before) ? undefined : said, due }
}

function notYours(): Problem {
  return new Problem({
    kind: 'forbidden',
    what: 'Only those who ordered it change what is ordered.',
    where: 'id',
    next: 'Decline it, and say why.',
  })
}

function begun(facts: { readonly version: number; readonly state: string }): Problem {
  return new Problem({
    kind: 'conflict',
    what: 'The order was answered already, so it cannot be changed.',
    where: 'id',
    next: 'Cancel it and order anew, or order the rest on its own.',
    facts,
  })
}

function same(): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'Nothing is changed.',
    where: 'text',
    next: 'Change the words or the day.',
  })
}
