import type { Database } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { durationUs, later, SECOND, timeUs, type TimeUs } from '../domain/time.ts'
import type { DeskCatalogue } from './catalogue.ts'
import { derivedId } from '../database/derived-id.ts'
import { checkLease, type Lease } from './lease.ts'
import { putTelling } from './tellings.ts'

/**
 * A dead-man's sign of life. A synthetic record goes into the reading log; only when the detector has
 * come to it a message leaves. Whoever listens outside and hears nothing knows that something on the
 * whole way is broken.
 */
export interface HeartbeatParts {
  /** Puts a synthetic record into the organisation's reading log. Left out: there is no heartbeat. */
  readonly appendHeartbeat?: (organisation: OrganisationId) => Promise<void>
}

interface Turn {
  readonly organisation: OrganisationId
  readonly lease: Lease
  readonly catalogue: DeskCatalogue
}

type BeatParts = HeartbeatParts & { readonly database: Database; readonly clock: Clock }

/** Appends a record when a desk's is due; resolves to when the next one is. */
export async function beat(
  { database, clock, appendHeartbeat }: BeatParts,
  { organisation, lease, catalogue }: Turn,
): Promise<TimeUs | undefined> {
  const beating = [...catalogue.desks].flatMap(([desk, { heartbeat }]) =>
    heartbeat === undefined ? [] : [{ desk, every: heartbeat.every }],
  )
  if (appendHeartbeat === undefined || beating.length === 0) return undefined
  const now = clock.now()
  const rows = await database
    .read(organisation)
    .selectFrom('heartbeat')
    .selectAll()
    .execute()
  const appended = new Map(rows.map((row) => [row.desk, row.appended_at]))
  const dueOf = ({ desk, every }: (typeof beating)[number]): TimeUs => {
    const last = appended.get(desk)
    return last === undefined || last === null ? now : later(last, every)
  }
  const due = beating.filter((one) => dueOf(one) <= now)
  if (due.length > 0) {
    await database.write(organisation, 'normal', async (work) => {
      await checkLease(work, lease)
      for (const { desk } of due) {
        await work.query
          .insertInto('heartbeat')
          .values({ organisation, desk, appended_at: now, seen_at: null, sent_at: null })
          .onConflict((conflict) =>
            conflict.columns(['organisation', 'desk']).doUpdateSet({ appended_at: now }),
          )
          .execute()
      }
    })
    // One record serves all. One that is lost here is a beat that is missed, which is its purpose.
    await appendHeartbeat(organisation)
  }
  const waiting = beating.map((one) =>
    due.includes(one) ? later(now, one.every) : dueOf(one),
  )
  return timeUs(Math.min(...waiting))
}

export interface SeenParts {
  readonly database: Database
  readonly clock: Clock
  readonly catalogue: (organisation: OrganisationId) => Promise<DeskCatalogue>
  readonly wakeOutbox?: () => void
}

/**
 * The detector has come to a heartbeat that was written at `at`: the desks whose sign of life is due
 * send one. A record that a replay brings again, or an old one, sends nothing.
 */
export function heartbeatSeen(
  parts: SeenParts,
): (organisation: OrganisationId, at: TimeUs) => Promise<void> {
  return async (organisation, at) => {
    const catalogue = await parts.catalogue(organisation)
    const now = parts.clock.now()
    let sent = false
    await parts.database.write(organisation, 'normal', async (work) => {
      sent = false
      const rows = await work.query.selectFrom('heartbeat').selectAll().execute()
      for (const { desk, seen_at: seen, sent_at: last } of rows) {
        const heartbeat = catalogue.desks.get(desk)?.heartbeat
        if (heartbeat === undefined || (seen !== null && at <= seen)) continue
        // Later than the next one would be, it would say that all is well when it was not.
        const stale = now > at + heartbeat.every
        // A little early counts: the clock of the ticker is not to the microsecond.
        const early =
          last !== null &&
          at < last + heartbeat.every - Math.min(SECOND, heartbeat.every / 10)
        const sends = !stale && !early
        await work.query
          .updateTable('heartbeat')
          .set(sends ? { seen_at: at, sent_at: at } : { seen_at: at })
          .where('desk', '=', desk)
          .execute()
        if (!sends) continue
        sent = true
        await putTelling(work, catalogue, {
          id: derivedId('heartbeat', desk, at),
          desk,
          group: '',
          recipient: `channel:${heartbeat.channel}`,
          sequence: Math.floor(at / SECOND),
          kind: 'heartbeat',
          at: now,
          items: [],
        })
      }
    })
    if (sent) parts.wakeOutbox?.()
  }
}

/** A sign of life that could not leave in time is not sent any more. */
export function heartbeatIsStale(
  putAt: TimeUs,
  every: number | undefined,
  now: TimeUs,
): boolean {
  return every === undefined || now > later(putAt, durationUs(every))
}
