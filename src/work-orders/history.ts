import { storedEvent, type StoredEvent } from '../cases/events.ts'
import type { ScopedQueries } from '../database/database.ts'
import { toIso } from '../domain/time.ts'
import type { OrderPhotos } from './parts.ts'
import { orderState, type OrderState } from './states.ts'

/** Events of orders that are read at once; an order has some five. */
const EVENTS_MAX = 10_000

/** What happened to an order, as its case's history has it. */
export interface OrderStep {
  readonly at: string
  readonly actor: string
  readonly state: OrderState
  /** Its words or its day were changed, and not its state. */
  readonly changed: boolean
  /** Null: nothing was said, or it was erased. */
  readonly text: string | null
}

/** What happened to the orders of these cases (at most 500), by order, oldest first. */
export async function orderSteps(
  query: ScopedQueries,
  cases: readonly string[],
): Promise<ReadonlyMap<string, readonly OrderStep[]>> {
  const found = new Map<string, OrderStep[]>()
  if (cases.length === 0) return found
  const rows = await query
    .selectFrom('case_event')
    .selectAll()
    .where('case', 'in', [...new Set(cases)])
    .where('kind', '=', 'work_order')
    .orderBy('case')
    .orderBy('sequence')
    .limit(EVENTS_MAX)
    .execute()
  for (const event of rows.map(storedEvent)) {
    const order = event.data.reference ?? ''
    const known = found.get(order)
    if (known === undefined) found.set(order, [stepOf(event)])
    else known.push(stepOf(event))
  }
  return found
}

/** Photos of the orders of these cases (at most 500), by order, as they came; those that are still there. */
export async function orderPhotos(
  query: ScopedQueries,
  photos: Pick<OrderPhotos, 'of'> | undefined,
  cases: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>()
  if (photos === undefined || cases.length === 0) return found
  const rows = await query
    .selectFrom('case_event')
    .selectAll()
    .where('case', 'in', [...new Set(cases)])
    .where('kind', '=', 'photos')
    .orderBy('case')
    .orderBy('sequence')
    .limit(EVENTS_MAX)
    .execute()
  const told = rows.map(storedEvent).flatMap(({ data: { reference, photos: ids } }) => {
    return reference === undefined || ids === undefined ? [] : [{ reference, ids }]
  })
  if (told.length === 0) return found
  const there = new Set((await photos.of(query, [...new Set(cases)])).map(({ id }) => id))
  for (const { reference, ids } of told) {
    const kept = ids.filter((id) => there.has(id))
    found.set(reference, [...(found.get(reference) ?? []), ...kept])
  }
  return found
}

/** `step` of an event that tells of other words or another day. */
export const CHANGED = 'changed'

function stepOf({ at, actor, data: { step, text } }: StoredEvent): OrderStep {
  const changed = step === CHANGED
  const state = changed ? 'ordered' : orderState.parse(step)
  return { at: toIso(at), actor, state, changed, text: text ?? null }
}

/** What is to be done, as it was said last; null once it was erased. Pure. */
export function wordsOf(
  steps: readonly Pick<OrderStep, 'state' | 'text'>[],
): string | null {
  const said = steps.findLast(({ state, text }) => state === 'ordered' && text !== null)
  return said?.text ?? null
}
