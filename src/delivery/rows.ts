import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Tables } from '../database/tables.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { later, MINUTE, type TimeUs } from '../domain/time.ts'
import { isHeld } from './hold.ts'

/** The SQL of the outbox, across organisations. */

/** Who leased a row has so long to deliver it; then somebody else may try. */
export const LEASE = MINUTE

export interface LeasedRow {
  readonly organisation: OrganisationId
  readonly id: string
  readonly kind: string
  readonly payload: string
  /** This try included. Also tells this lease from a later one. */
  readonly attempts: number
}

/**
 * Leases the row that is due longest; undefined when none is, or while deliveries are held. The try
 * counts from here on.
 */
export async function leaseOne(
  { installation }: Database,
  now: TimeUs,
): Promise<LeasedRow | undefined> {
  return installation.write('normal', (query) =>
    query
      .updateTable('outbox')
      .set((eb) => ({
        leased_until: later(now, LEASE),
        attempts: eb('attempts', '+', 1),
      }))
      .where((eb) =>
        eb(
          eb.refTuple('organisation', 'id'),
          'in',
          eb
            .selectFrom('outbox')
            .select(['organisation', 'id'])
            .where((of) => isDue(of, now))
            .orderBy('due_at')
            .limit(1)
            .$asTuple('organisation', 'id'),
        ),
      )
      // Said again outside the choice, so that of two who chose the same row one gets nothing.
      .where((eb) => isDue(eb, now))
      .where((eb) => eb.not(isHeld(eb)))
      .returning(['organisation', 'id', 'kind', 'payload', 'attempts'])
      .executeTakeFirst(),
  )
}

function isDue(eb: ExpressionBuilder<Tables, 'outbox'>, now: TimeUs): Expression<SqlBool> {
  return eb.and([
    eb('due_at', '<=', now),
    eb('delivered_at', 'is', null),
    eb('failed_at', 'is', null),
    eb.or([eb('leased_until', 'is', null), eb('leased_until', '<=', now)]),
  ])
}

/** Whoever's lease it is by now: what has been sent has been sent. */
export async function markDelivered(
  { installation }: Database,
  { organisation, id }: LeasedRow,
  now: TimeUs,
): Promise<void> {
  await installation.write('normal', (query) =>
    query
      .updateTable('outbox')
      .set({ delivered_at: now, failed_at: null, leased_until: null, error: null })
      .where('organisation', '=', organisation)
      .where('id', '=', id)
      .execute(),
  )
}

/** Only while the lease is ours: a later try knows better. `again` null gives up. */
export async function markFailed(
  { installation }: Database,
  { organisation, id, attempts }: LeasedRow,
  failure: {
    readonly error: string
    readonly now: TimeUs
    readonly again: TimeUs | null
  },
): Promise<void> {
  const { error, now, again } = failure
  await installation.write('normal', (query) =>
    query
      .updateTable('outbox')
      .set({
        leased_until: null,
        error,
        ...(again === null ? { failed_at: now } : { due_at: again }),
      })
      .where('organisation', '=', organisation)
      .where('id', '=', id)
      .where('attempts', '=', attempts)
      .where('delivered_at', 'is', null)
      .execute(),
  )
}
