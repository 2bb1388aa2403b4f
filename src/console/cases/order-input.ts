import type { OrderState } from '../../work-orders/states.ts'
import type { OrderView } from '../../work-orders/views.ts'
import type { Amendment, NewOrder } from '../api/order-work.ts'
import { civilOf, instantOf } from '../format/civil-time.ts'

/** What is typed while work is ordered. Empty: nothing is chosen, no day is named. */
export interface OrderInput {
  readonly unit: string
  readonly text: string
  /** `2026-11-30` */
  readonly due: string
}

export const noOrder: OrderInput = { unit: '', text: '', due: '' }

export type WrongOrderField = keyof OrderInput

/** As the service takes it, or the fields that must be mended. A day is meant to its end, on the wall of the zone. Pure. */
export function orderOf(
  { unit, text, due }: OrderInput,
  { now, zone }: { readonly now: Date; readonly zone: string },
): NewOrder | readonly WrongOrderField[] {
  const by = due === '' ? undefined : instantOf(`${due}T23:59`, zone)
  const said = text.trim()
  const wrong: WrongOrderField[] = []
  if (unit === '') wrong.push('unit')
  if (said === '') wrong.push('text')
  if (due !== '' && !isAhead(by, now)) wrong.push('due')
  if (wrong.length > 0) return wrong
  return { unit, text: said, ...(by !== undefined && { due: by.toISOString() }) }
}

/** The words and the day of an order as they can be typed over. */
export function typedOf(
  { text, dueAt }: Pick<OrderView, 'text' | 'dueAt'>,
  zone: string,
): Pick<OrderInput, 'text' | 'due'> {
  const [day = ''] = dueAt === null ? [] : civilOf(new Date(dueAt), zone).split('T')
  return { text: text ?? '', due: day }
}

/**
 * What is changed of an order, as the service takes it, or the fields that must be mended; `unchanged`
 * when all is as it was. A day that stays may be over by now. Pure.
 */
export function amendmentOf(
  seen: Pick<OrderView, 'text' | 'dueAt' | 'version'>,
  { text, due }: Pick<OrderInput, 'text' | 'due'>,
  { now, zone }: { readonly now: Date; readonly zone: string },
): Amendment | readonly WrongOrderField[] | 'unchanged' {
  const before = typedOf(seen, zone)
  const day = due === before.due ? '' : due
  const order = orderOf({ unit: ' ', text, due: day }, { now, zone })
  if (!('unit' in order)) return order
  const changes = {
    ...(order.text !== before.text.trim() && { text: order.text }),
    ...(due !== before.due && { due: order.due ?? null }),
  }
  if (Object.keys(changes).length === 0) return 'unchanged'
  return { version: seen.version, ...changes }
}

const DAY_MS = 86_400_000
/** Somewhat less than the service allows, which counts from the hour. */
const AHEAD_DAYS = 5 * 365

function isAhead(by: Date | undefined, now: Date): boolean {
  if (by === undefined) return false
  return by >= now && by.getTime() <= now.getTime() + AHEAD_DAYS * DAY_MS
}

/** Is this one of those who ordered it, or of those who do it? Only the former may cancel or approve. Pure. */
export function ordersIt({ state, moves }: Pick<OrderView, 'state' | 'moves'>): boolean {
  return state === 'done' || moves.includes('cancelled')
}

/** Must it be said why, as the table of the service has it? Pure. */
export function needsReason(from: OrderState, to: OrderState): boolean {
  return to === 'declined' || (from === 'done' && to === 'accepted')
}

/** What happened after it was made; with how it was made, where its words or its day were changed since. Pure. */
export function sinceMade<Step extends { readonly changed: boolean }>(
  history: readonly Step[],
): readonly Step[] {
  return history.some(({ changed }) => changed) ? history : history.slice(1)
}

/** When those who did the work said so last; undefined while it is not done. Pure. */
export function doneAt({ history }: Pick<OrderView, 'history'>): string | undefined {
  const last = history.findLast(({ state }) => state === 'done' || state === 'accepted')
  return last?.state === 'done' ? last.at : undefined
}
