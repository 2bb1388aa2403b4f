import type { OrderState } from '../../work-orders/states.ts'
import type { OrderView } from '../../work-orders/views.ts'
import type { NewOrder } from '../api/order-work.ts'
import { instantOf } from '../format/civil-time.ts'

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

/** When those who did the work said so last; undefined while it is not done. Pure. */
export function doneAt({ history }: Pick<OrderView, 'history'>): string | undefined {
  const last = history.findLast(({ state }) => state === 'done' || state === 'accepted')
  return last?.state === 'done' ? last.at : undefined
}
