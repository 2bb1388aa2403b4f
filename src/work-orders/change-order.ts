import type { Selectable } from 'kysely'
import { derivedId } from '../database/derived-id.ts'
import type { UnitOfWork } from '../database/database.ts'
import type { Tables } from '../database/tables.ts'
import { Problem } from '../domain/problem.ts'
import type { TimeUs } from '../domain/time.ts'
import { printable } from '../cases/printable.ts'
import { checkNoIdentityNumber } from '../cases/public-words.ts'
import { checkLength, MOVE_TEXT_MAX } from '../cases/workflow/check-move.ts'
import { CHANGED } from './history.ts'
import type { OrderParts } from './parts.ts'
import { needsWords, orderMoves, type OrderRole, type OrderState } from './states.ts'

export type OrderRow = Selectable<Tables['work_order']>

/** What somebody says of an order. */
export interface OrderMove {
  readonly to: OrderState
  /** The version that whoever asks saw. */
  readonly version: number
  /** For whoever does the work, or those who ordered it; nobody else reads it. */
  readonly text?: string
}

/** Id of the n-th order of a case. */
export function orderId(caseId: string, ordinal: number): string {
  return derivedId('work order', caseId, ordinal)
}

/** Words of an order, which another organisation may read. Throws Problem invalid. */
export function orderWords(text: string | undefined): string {
  const said = printable(text ?? '')
  checkLength(said, 'text', MOVE_TEXT_MAX)
  checkNoIdentityNumber(said, 'text')
  return said
}

/** Puts an order into another state. Throws Problem conflict (stale, not in the table) or invalid (lacks words). */
export async function moveOrder(
  work: UnitOfWork,
  parts: Pick<OrderParts, 'append'>,
  asked: {
    readonly row: OrderRow
    readonly move: OrderMove
    readonly role: OrderRole
    readonly actor: string
    readonly at: TimeUs
  },
): Promise<OrderRow> {
  const { row, move, role, actor, at } = asked
  const { to } = move
  const moves = orderMoves(row.state, role)
  const facts = { version: row.version, state: row.state, moves }
  checkVersion(row, move.version, facts)
  if (!moves.includes(to)) {
    throw new Problem({
      kind: 'conflict',
      what: `An order cannot go from ${row.state} to ${to} here.`,
      where: 'to',
      next:
        moves.length === 0
          ? 'Nothing is open to you.'
          : `Choose one of: ${moves.join(', ')}.`,
      facts,
    })
  }
  const text = orderWords(move.text)
  if (text === '' && needsWords(row.state, to)) throw untold()
  return await putOrder(work, parts, { row, to, text, actor, at })
}

/** Throws Problem conflict, with these facts, for one that was changed meanwhile. */
export function checkVersion(
  row: OrderRow,
  version: number,
  facts: { readonly version: number; readonly state: OrderState },
): void {
  if (version === row.version) return
  throw new Problem({
    kind: 'conflict',
    what: 'Somebody changed the order after you opened it.',
    where: 'version',
    next: 'Look at the order again and repeat it if it still fits.',
    facts,
  })
}

/** The same without asking who may. */
export async function putOrder(
  work: UnitOfWork,
  { append }: Pick<OrderParts, 'append'>,
  {
    row,
    to,
    text,
    actor,
    at,
  }: {
    readonly row: OrderRow
    readonly to: OrderState
    readonly text: string
    readonly actor: string
    readonly at: TimeUs
  },
): Promise<OrderRow> {
  const changed = await work.query
    .updateTable('work_order')
    .set({ state: to, changed_at: at, version: row.version + 1 })
    .where('id', '=', row.id)
    .where('version', '=', row.version)
    .returningAll()
    .executeTakeFirstOrThrow()
  await tellOrder(work, { append }, { row: changed, text, actor, at })
  return changed
}

/**
 * Writes how far an order has come into its case's history, among staff; or, with `step`, what else
 * happened to it. By when it is to be done stands there (`until`, in µs) as often as it was said.
 */
export async function tellOrder(
  work: UnitOfWork,
  { append }: Pick<OrderParts, 'append'>,
  {
    row: { id, case: caseId, state, unit, contractor, due_at: due },
    text,
    actor,
    at,
    step = state,
  }: {
    readonly row: OrderRow
    readonly text: string
    readonly actor: string
    readonly at: TimeUs
    readonly step?: OrderState | typeof CHANGED
  },
): Promise<void> {
  work.tell({ kind: 'case', subject: caseId })
  await append(work, caseId, {
    kind: 'work_order',
    actor,
    at,
    visibility: 'internal',
    data: {
      reference: id,
      step,
      unit,
      ...(due !== null && (step === 'ordered' || step === CHANGED) && { until: due }),
      ...(contractor !== null && { contractor }),
      ...(text !== '' && { text }),
    },
  })
}

function untold(): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'It must be said why.',
    where: 'text',
    next: 'Write a sentence for those who have to go on with it.',
  })
}

/** Another organisation's, and none at all, are the same. */
export function noOrder(): Problem {
  return new Problem({
    kind: 'not_found',
    what: 'There is no such order.',
    where: 'id',
    next: 'Look for it in the list of orders.',
  })
}
