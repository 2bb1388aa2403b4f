import type { UnitOfWork } from '../database/database.ts'
import { durationUs, later, MINUTE, SECOND, timeUs, type TimeUs } from '../domain/time.ts'
import { floorSecond } from './dates.ts'

/** Updates that get their time at once; the rest waits for the next question. */
const PUBLISHED_AT_ONCE = 5_000

/** A client whose clock is fast may ask a little ahead of ours. */
const AHEAD = durationUs(MINUTE)

export interface Asking {
  readonly client: string
  readonly now: TimeUs
  /** End of the time that the client asks for. */
  readonly until: TimeUs
}

/**
 * Gives a client's new updates the time at which they can be seen, whole seconds, distinct and
 * rising for each report. It is done when somebody asks and not when it happens: no second that
 * was answered for ever gets another update, whatever was being committed meanwhile. So windows
 * that cover all time, up to the server's own present, show every update.
 */
export async function publish(work: UnitOfWork, asking: Asking): Promise<void> {
  const { organisation, query } = work
  const { client } = asking
  const now = floorSecond(asking.now)
  const reader = await query
    .selectFrom('open311_reader')
    .select('read_to')
    .where('client', '=', client)
    .executeTakeFirst()
  const readTo = reader?.read_to ?? 0
  const waiting = await query
    .selectFrom('open311_update')
    .innerJoin('case_event', 'case_event.id', 'open311_update.event')
    .select(['open311_update.id', 'open311_update.request', 'case_event.at'])
    .where('open311_update.client', '=', client)
    .where('open311_update.published_at', 'is', null)
    .orderBy('open311_update.request')
    .orderBy('open311_update.position')
    .limit(PUBLISHED_AT_ONCE)
    .execute()
  const last = await lastPublished(work, [
    ...new Set(waiting.map(({ request }) => request)),
  ])
  const left = countOf(waiting)
  for (const { id, request, at: happened } of waiting) {
    const before = last.get(request) ?? 0
    const after = (left.get(request) ?? 1) - 1
    left.set(request, after)
    // The last of them now and the others just before it, as far as they had happened then.
    const wished = Math.max(now - after * SECOND, Math.min(now, floorSecond(happened)))
    const at = timeUs(Math.max(wished, readTo + SECOND, before + SECOND))
    last.set(request, at)
    await query
      .updateTable('open311_update')
      .set({ published_at: at })
      .where('id', '=', id)
      .execute()
  }
  const read_to = timeUs(
    Math.max(readTo, Math.min(floorSecond(asking.until), later(now, AHEAD))),
  )
  if (read_to === readTo) return
  await query
    .insertInto('open311_reader')
    .values({ organisation, client, read_to })
    .onConflict((conflict) =>
      conflict.columns(['organisation', 'client']).doUpdateSet({ read_to }),
    )
    .execute()
}

function countOf(waiting: readonly { readonly request: string }[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { request } of waiting) counts.set(request, (counts.get(request) ?? 0) + 1)
  return counts
}

async function lastPublished(
  { query }: UnitOfWork,
  requests: readonly string[],
): Promise<Map<string, number>> {
  if (requests.length === 0) return new Map()
  const rows = await query
    .selectFrom('open311_update')
    .select(['request'])
    .select((eb) => eb.fn.max('published_at').as('last'))
    .where('request', 'in', requests)
    .groupBy('request')
    .execute()
  return new Map(rows.map(({ request, last }) => [request, last ?? 0]))
}
