import type { ScopedQueries, UnitOfWork } from '../database/database.ts'
import { enqueue } from '../delivery/enqueue.ts'
import { timeUs, type TimeUs } from '../domain/time.ts'
import type { DeskCatalogue } from './catalogue.ts'
import { derivedId } from '../database/derived-id.ts'
import { addressesOf, type Recipient } from './recipients.ts'
import type { Arrival, Telling, What } from './group.ts'

/** Occurrences that one message names; the others it counts. */
export const MOST_NAMED = 50

export interface NewTelling {
  readonly id: string
  readonly desk: string
  readonly group: string
  readonly recipient: Recipient
  readonly sequence: number
  readonly kind: 'alarms' | 'test' | 'heartbeat'
  readonly at: TimeUs
  /** The most urgent first. */
  readonly items: Telling['items']
  readonly because?: Telling['because']
}

/** Puts a message down and its rows into the outbox; told before with this id, it changes nothing. */
export async function putTelling(
  work: UnitOfWork,
  catalogue: DeskCatalogue,
  telling: NewTelling,
): Promise<void> {
  const { id, desk, group, recipient, sequence, kind, at, items } = telling
  const count = (what: What): number => items.filter((one) => one.what === what).length
  const rows = addressesOf(catalogue, recipient).map(({ form, key }) => ({
    id: derivedId('delivery', id, key),
    kind: `annunciation.${form}`,
    payload: { telling: id, address: key },
    dueAt: at,
  }))
  await work.query
    .insertInto('telling')
    .values({
      organisation: work.organisation,
      id,
      desk,
      group_key: group,
      recipient,
      sequence,
      kind,
      at,
      items: JSON.stringify(
        items.slice(0, MOST_NAMED).map(({ occurrence, what }) => [occurrence, what]),
      ),
      raised: count('raised'),
      updated: count('updated'),
      cleared: count('cleared'),
      reminded: count('reminded'),
      because: telling.because ?? null,
      outbox: JSON.stringify(rows.map((row) => row.id)),
    })
    .onConflict((conflict) => conflict.columns(['organisation', 'id']).doNothing())
    .execute()
  for (const row of rows) await enqueue(work, row)
}

/** How one row of a message fared. */
export interface Delivery {
  readonly state: 'waiting' | 'delivered' | 'failed'
  readonly attempts: number
  readonly deliveredAt: TimeUs | undefined
  readonly error: string | undefined
}

/** How messages fared, by telling. Those that are not known any more are left out. */
export async function deliveriesOf(
  query: ScopedQueries,
  tellings: readonly string[],
): Promise<ReadonlyMap<string, readonly Delivery[]>> {
  const found = new Map<string, readonly Delivery[]>()
  for (let from = 0; from < tellings.length; from += 400) {
    const rows = await query
      .selectFrom('telling')
      .select(['id', 'outbox'])
      .where('id', 'in', tellings.slice(from, from + 400))
      .execute()
    for (const { id, outbox } of rows) {
      const known = await deliveries(query, outbox)
      if (known !== undefined) found.set(id, known)
    }
  }
  return found
}

/** Undefined when the rows have been forgotten; none when it had nobody to go to. */
async function deliveries(
  query: ScopedQueries,
  outbox: string,
): Promise<readonly Delivery[] | undefined> {
  const ids: string[] = JSON.parse(outbox)
  if (ids.length === 0) return []
  const rows = await query
    .selectFrom('outbox')
    .select(['attempts', 'delivered_at', 'failed_at', 'error'])
    .where('id', 'in', ids)
    .orderBy('id')
    .execute()
  if (rows.length === 0) return undefined
  return rows.map(({ attempts, delivered_at: at, failed_at: failed, error }) => ({
    state: at !== null ? 'delivered' : failed !== null ? 'failed' : 'waiting',
    attempts,
    deliveredAt: at === null ? undefined : timeUs(at),
    error: error ?? undefined,
  }))
}

/** Has anybody got it? Waiting or stuck while nobody has and somebody still may. */
export function arrivalOf(deliveries: readonly Delivery[] | undefined): Arrival {
  // What nobody remembers was sent long ago.
  if (deliveries === undefined) return 'arrived'
  if (deliveries.some(({ state }) => state === 'delivered')) return 'arrived'
  if (deliveries.every(({ state }) => state === 'failed')) return 'failed'
  return deliveries.every(({ error }) => error !== undefined) ? 'stuck' : 'waiting'
}
