import type { ScopedQueries, UnitOfWork } from '../database/database.ts'
import { derivedId } from '../database/derived-id.ts'
import { durationUs, later, MINUTE, SECOND, timeUs, type TimeUs } from '../domain/time.ts'
import type { OutboxRow } from './enqueue.ts'

/**
 * Letters that tell of everything that happened to a case until they were sent. Such a letter is
 * open from the event that caused it until the outbox leases its row for the first time; an event
 * that is committed while it is open is told in it, one that comes later begins the next. So each
 * event stands in exactly one letter to each receiver, whatever stops or runs at the same time.
 */

/** How long a letter waits for what belongs with its cause. */
export const GATHERING = durationUs(30 * SECOND)
/** Nobody gets the next letter sooner after the last one. */
export const PAUSE = durationUs(10 * MINUTE)

/** Ids of one statement. */
const AT_ONCE = 1_000

/** Puts rows into the outbox in the same transaction. */
export type Enqueue = (work: UnitOfWork, ...rows: readonly OutboxRow[]) => Promise<void>

export interface Gathered {
  /** Of the rows in the outbox. */
  readonly kind: string
  readonly case: string
  /** The event's number in the history of its case. */
  readonly sequence: number
  readonly at: TimeUs
  readonly receivers: readonly Receiver[]
}

interface Receiver {
  /** Who it is, among all receivers of the organisation. */
  readonly id: string
  /** What the renderer is given. Ids only. */
  readonly payload: object
}

/** Sees to it that each receiver is told of the event: in the letter that is open, or in a new one. */
export async function gather(
  work: UnitOfWork,
  enqueue: Enqueue,
  told: Gathered,
): Promise<void> {
  const open = await openReceivers(work, told)
  const others = told.receivers.filter(({ id }) => !open.has(id))
  const last = await lastLetters(work.query, others)
  const begun = others.map((receiver) => ({
    receiver,
    dueAt: dueAt(told.at, last.get(receiver.id)),
  }))
  await putLetters(work, enqueue, { told, begun })
}

/** Puts in letters that are sent at once and gather nothing; later ones keep their distance. */
export async function tellNow(
  work: UnitOfWork,
  enqueue: Enqueue,
  told: Gathered,
): Promise<void> {
  const begun = told.receivers.map((receiver) => ({ receiver, dueAt: told.at }))
  await putLetters(work, enqueue, { told, begun })
}

/** When a letter is sent that an event at `at` caused. Pure. */
export function dueAt(at: TimeUs, last: TimeUs | undefined): TimeUs {
  const gathered = later(at, GATHERING)
  if (last === undefined) return gathered
  const paused = later(last, PAUSE)
  return paused > gathered ? paused : gathered
}

/** Begins a letter of its own making to one receiver, at a distance from the last one. */
export async function beginLetter(
  work: UnitOfWork,
  enqueue: Enqueue,
  letter: {
    readonly id: string
    readonly kind: string
    readonly receiver: string
    readonly payload: object
    readonly at: TimeUs
  },
): Promise<void> {
  const { id, kind, receiver, payload, at } = letter
  const last = await lastLetters(work.query, [{ id: receiver, payload }])
  const about = { case: '', from_sequence: 0, opened_at: at }
  await work.query
    .insertInto('letter_window')
    .values({ organisation: work.organisation, id, receiver, ...about })
    .onConflict((conflict) => conflict.columns(['organisation', 'id']).doNothing())
    .execute()
  await enqueue(work, { id, kind, payload, dueAt: dueAt(at, last.get(receiver)) })
}

interface Begun {
  readonly told: Gathered
  readonly begun: readonly { readonly receiver: Receiver; readonly dueAt: TimeUs }[]
}

async function putLetters(
  work: UnitOfWork,
  enqueue: Enqueue,
  { told: { kind, case: about, sequence, at }, begun }: Begun,
): Promise<void> {
  const letters = begun.map(({ receiver: { id: receiver, payload }, dueAt: when }) => {
    const id = derivedId('letter', receiver, about, sequence)
    return { id, receiver, row: { id, kind, payload, dueAt: when } }
  })
  for (let from = 0; from < letters.length; from += AT_ONCE) {
    await work.query
      .insertInto('letter_window')
      .values(
        letters.slice(from, from + AT_ONCE).map(({ id, receiver }) => ({
          organisation: work.organisation,
          id,
          receiver,
          case: about,
          from_sequence: sequence,
          opened_at: at,
        })),
      )
      .onConflict((conflict) => conflict.columns(['organisation', 'id']).doNothing())
      .execute()
  }
  await enqueue(work, ...letters.map(({ row }) => row))
}

/** Who has an open letter of this kind about the case; none of those is leased before the commit. */
async function openReceivers(
  work: UnitOfWork,
  { kind, case: about }: Gathered,
): Promise<ReadonlySet<string>> {
  const found = await work.query
    .selectFrom('letter_window')
    .innerJoin('outbox', 'outbox.id', 'letter_window.id')
    .select(['letter_window.id', 'letter_window.receiver'])
    .where('letter_window.case', '=', about)
    .where('outbox.kind', '=', kind)
    .where('outbox.attempts', '=', 0)
    .where('outbox.delivered_at', 'is', null)
    .where('outbox.failed_at', 'is', null)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('letter_window as later')
            .select('later.id')
            .whereRef('later.receiver', '=', 'letter_window.receiver')
            .whereRef('later.case', '=', 'letter_window.case')
            .whereRef('later.from_sequence', '>', 'letter_window.from_sequence'),
        ),
      ),
    )
    .execute()
  const open = new Set<string>()
  for (let from = 0; from < found.length; from += AT_ONCE) {
    const ids = found.slice(from, from + AT_ONCE).map(({ id }) => id)
    // Written although nothing changes: a lease at the same moment waits for us, or we for it.
    const kept = await work.query
      .updateTable('outbox')
      .set((eb) => ({ due_at: eb.ref('due_at') }))
      .where('id', 'in', ids)
      .where('attempts', '=', 0)
      .where('failed_at', 'is', null)
      .returning('id')
      .execute()
    for (const { id } of kept) open.add(id)
  }
  return new Set(found.filter(({ id }) => open.has(id)).map(({ receiver }) => receiver))
}

/** When the last letter to each went or will go. */
async function lastLetters(
  query: ScopedQueries,
  receivers: readonly Receiver[],
): Promise<ReadonlyMap<string, TimeUs>> {
  const last = new Map<string, TimeUs>()
  for (let from = 0; from < receivers.length; from += AT_ONCE) {
    const rows = await query
      .selectFrom('letter_window')
      .innerJoin('outbox', 'outbox.id', 'letter_window.id')
      .select((eb) => [
        'letter_window.receiver',
        eb.fn.max('outbox.due_at').as('due'),
        eb.fn.max('outbox.delivered_at').as('delivered'),
        // On its way at this moment, perhaps long after it was due.
        eb.fn.max('outbox.leased_until').as('leased'),
      ])
      .where(
        'letter_window.receiver',
        'in',
        receivers.slice(from, from + AT_ONCE).map(({ id }) => id),
      )
      .groupBy('letter_window.receiver')
      .execute()
    for (const { receiver, due, delivered, leased } of rows) {
      last.set(receiver, timeUs(Math.max(due, delivered ?? 0, leased ?? 0)))
    }
  }
  return last
}

/**
 * What happens from now on to other cases than `stays` is no news to these receivers, although a
 * letter about it may still be open: they no longer follow it.
 */
export async function endOtherLetters(
  work: UnitOfWork,
  {
    receivers,
    stays,
    at,
  }: { readonly receivers: readonly string[]; readonly stays: string; readonly at: TimeUs },
): Promise<void> {
  for (let from = 0; from < receivers.length; from += AT_ONCE) {
    const open = await work.query
      .selectFrom('letter_window')
      .innerJoin('outbox', 'outbox.id', 'letter_window.id')
      .select((eb) => [
        'letter_window.receiver',
        'letter_window.case',
        eb
          .selectFrom('case_event')
          .select(({ fn }) => fn.max('case_event.sequence').as('last'))
          .whereRef('case_event.case', '=', 'letter_window.case')
          .as('last'),
      ])
      .where('letter_window.receiver', 'in', receivers.slice(from, from + AT_ONCE))
      .where('letter_window.case', '<>', stays)
      .where('outbox.attempts', '=', 0)
      .where('outbox.delivered_at', 'is', null)
      .where('outbox.failed_at', 'is', null)
      .execute()
    if (open.length === 0) continue
    await work.query
      .insertInto('letter_window')
      .values(
        open.map(({ receiver, case: about, last }) => ({
          organisation: work.organisation,
          id: derivedId('end', receiver, about, (last ?? 0) + 1),
          receiver,
          case: about,
          from_sequence: (last ?? 0) + 1,
          opened_at: at,
        })),
      )
      .onConflict((conflict) => conflict.columns(['organisation', 'id']).doNothing())
      .execute()
  }
}

/** The first event that the next letter about the same case tells of; undefined while there is none. */
export async function nextSequence(
  query: ScopedQueries,
  of: { readonly receiver: string; readonly case: string; readonly sequence: number },
): Promise<number | undefined> {
  const row = await query
    .selectFrom('letter_window')
    .select('from_sequence')
    .where('receiver', '=', of.receiver)
    .where('case', '=', of.case)
    .where('from_sequence', '>', of.sequence)
    .orderBy('from_sequence')
    .limit(1)
    .executeTakeFirst()
  return row?.from_sequence
}

/** The row of the first letter this receiver ever got; the others belong to its conversation. */
export async function firstLetter(
  query: ScopedQueries,
  receiver: string,
): Promise<string | undefined> {
  const row = await query
    .selectFrom('letter_window')
    .select('id')
    .where('receiver', '=', receiver)
    .orderBy('opened_at')
    .orderBy('from_sequence')
    .limit(1)
    .executeTakeFirst()
  return row?.id
}
