import type { ExpressionBuilder, Expression, SqlBool } from 'kysely'
import { z } from 'zod'
import type { Database } from '../database/database.ts'
import type { Tables } from '../database/tables.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { timeUs, type TimeUs } from '../domain/time.ts'

/**
 * Nothing leaves the service while deliveries are held. A restored system starts so: what its
 * outbox still has may have been sent after the backup was made, and only a person can tell.
 */

const key = 'deliveries.held'

const stored = z.object({ since: z.int().transform(timeUs), why: z.string() })

export interface Hold {
  readonly since: TimeUs
  /** What a person is told, for instance that the system was restored. */
  readonly why: string
}

/** Stops all sending until `releaseDeliveries`. A hold that stands already stays as it is. */
export async function holdDeliveries(
  { installation }: Database,
  hold: Hold,
): Promise<void> {
  await installation.write('normal', (query) =>
    query
      .insertInto('installation')
      .values({ key, value: JSON.stringify(hold) })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .execute(),
  )
}

/** Undefined when nothing is held. */
export async function readHold({ installation }: Database): Promise<Hold | undefined> {
  const row = await installation.query
    .selectFrom('installation')
    .select('value')
    .where('key', '=', key)
    .executeTakeFirst()
  return row === undefined ? undefined : stored.parse(JSON.parse(row.value))
}

/** Lets everything that waits go; resolves to whether there was a hold. */
export async function releaseDeliveries({ installation }: Database): Promise<boolean> {
  const gone = await installation.write('normal', (query) =>
    query.deleteFrom('installation').where('key', '=', key).returning('key').execute(),
  )
  return gone.length > 0
}

/** For the lease, in the same statement: a hold that is set counts from the next lease on. */
export function isHeld(eb: ExpressionBuilder<Tables, 'outbox'>): Expression<SqlBool> {
  return eb.exists(eb.selectFrom('installation').select('key').where('key', '=', key))
}

/** Rows of one organisation and kind that have not left yet. */
export interface Waiting {
  readonly organisation: OrganisationId
  readonly kind: string
  readonly count: number
  readonly oldestDue: TimeUs
}

/** What waits to be sent, by organisation and kind. */
export async function waitingDeliveries({
  installation,
}: Database): Promise<readonly Waiting[]> {
  return installation.query
    .selectFrom('outbox')
    .select((eb) => [
      'organisation',
      'kind',
      eb.fn.countAll<number>().as('count'),
      eb.fn.min('due_at').as('oldestDue'),
    ])
    .where('delivered_at', 'is', null)
    .where('failed_at', 'is', null)
    .groupBy(['organisation', 'kind'])
    .orderBy('organisation')
    .orderBy('kind')
    .execute()
}

/**
 * Gives up what was due before `before`, so that a release does not send it; resolves to how many
 * rows that were. They stay visible as failed.
 */
export async function dropDeliveries(
  { installation }: Database,
  { before, now }: { readonly before: TimeUs; readonly now: TimeUs },
): Promise<number> {
  const dropped = await installation.write('normal', (query) =>
    query
      .updateTable('outbox')
      .set({ failed_at: now, leased_until: null, error: 'dropped by a person' })
      .where('delivered_at', 'is', null)
      .where('failed_at', 'is', null)
      .where('due_at', '<', before)
      .returning('id')
      .execute(),
  )
  return dropped.length
}
