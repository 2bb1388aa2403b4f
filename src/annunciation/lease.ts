import type { Database, ScopedQueries, UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { durationUs, earlier, later, SECOND, type TimeUs } from '../domain/time.ts'

/**
 * Of several processes one annunciates for an organisation. Its lease carries a number that grows
 * with every new holder and is held against the row in each of its transactions, so that one who was
 * asleep while another took over writes nothing.
 */
export const LEASE = durationUs(30 * SECOND)

export interface Lease {
  readonly holder: string
  readonly token: number
  readonly until: TimeUs
}

/** Somebody else annunciates by now. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError'
}

/** Takes or renews the lease; undefined while another holds it. */
export async function takeLease(
  database: Database,
  organisation: OrganisationId,
  { holder, now }: { readonly holder: string; readonly now: TimeUs },
): Promise<Lease | undefined> {
  const known = await read(database.read(organisation))
  if (known !== undefined && known.holder !== holder && known.until > now) return undefined
  return database.write(organisation, 'alarm', async ({ query }) => {
    const row = await read(query)
    if (row !== undefined && row.holder !== holder && row.until > now) return undefined
    const until = later(now, LEASE)
    // The own lease that had run out may have been another's meanwhile, who let it go again.
    const same = row?.holder === holder && row.until > now
    const token = (row?.token ?? 0) + (same ? 0 : 1)
    const lease = { holder, token, until }
    await query
      .insertInto('annunciator')
      .values({ organisation, ...lease })
      .onConflict((conflict) => conflict.column('organisation').doUpdateSet(lease))
      .execute()
    return lease
  })
}

/** Throws LeaseLostError when the lease is another's by now. */
export async function checkLease({ query }: UnitOfWork, lease: Lease): Promise<void> {
  const row = await read(query)
  if (row?.holder !== lease.holder || row.token !== lease.token) {
    throw new LeaseLostError('another process annunciates for this organisation by now')
  }
}

/** Lets another process take over at once. */
export async function dropLease(
  database: Database,
  organisation: OrganisationId,
  { holder, token, now }: { holder: string; token: number; now: TimeUs },
): Promise<void> {
  await database.write(organisation, 'normal', ({ query }) =>
    query
      .updateTable('annunciator')
      .set({ until: earlier(now, SECOND) })
      .where('holder', '=', holder)
      .where('token', '=', token)
      .execute(),
  )
}

function read(query: ScopedQueries) {
  return query
    .selectFrom('annunciator')
    .select(['holder', 'token', 'until'])
    .executeTakeFirst()
}
