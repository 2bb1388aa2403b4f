import type { Database, UnitOfWork } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import { every } from '../domain/every.ts'
import type { OrganisationId } from '../domain/ids.ts'
import {
  durationUs,
  earlier,
  elapsed,
  HOUR,
  type DurationUs,
  type TimeUs,
} from '../domain/time.ts'
import { forgetDeliveries } from './forget-deliveries.ts'
import { forgetPages } from './forget-pages.ts'

/** How long letters that gathered are known after they began: as long as somebody may answer one. */
export const LETTERS_KNOWN: DurationUs = durationUs(400 * 24 * HOUR)

const DAY = durationUs(24 * HOUR)
/** Windows of one page, and of one transaction. */
const AT_ONCE = 1_000

/**
 * Forgets the windows of old letters, unless something still waits to be sent to the same receiver:
 * then it says where that letter ends. Whoever gets a letter after that gets it in a new
 * conversation. What has no window is a delivery like any other. Resolves to how many windows went.
 */
export async function forgetLetters(
  database: Database,
  organisation: OrganisationId,
  now: TimeUs,
): Promise<number> {
  const before = earlier(now, LETTERS_KNOWN)
  const query = database.read(organisation)
  return await forgetPages({
    page: (after) =>
      query
        .selectFrom('letter_window')
        .select(['id', 'opened_at'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(AT_ONCE)
        .execute(),
    atOnce: AT_ONCE,
    isOld: (row) => row.opened_at < before,
    forget: (old) =>
      database.write(organisation, 'normal', (work) => forgetSettled(work, old)),
  })
}

async function forgetSettled(
  { query }: UnitOfWork,
  ids: readonly string[],
): Promise<number> {
  const gone = await query
    .deleteFrom('letter_window')
    .where('id', 'in', ids)
    .where('receiver', 'not in', (eb) =>
      eb
        .selectFrom('letter_window as other')
        .innerJoin('outbox', 'outbox.id', 'other.id')
        .select('other.receiver')
        .where('outbox.delivered_at', 'is', null)
        .where('outbox.failed_at', 'is', null),
    )
    .returning('id')
    .execute()
  return gone.length
}

export interface ForgettingParts {
  readonly database: Database
  readonly clock: Clock
  readonly organisations: () => Promise<readonly OrganisationId[]>
  readonly failed: (error: unknown) => void
}

/** Forgets old letters and deliveries once a day, the first time an hour after the start. */
export function startForgetting(parts: ForgettingParts): AsyncDisposable {
  const { database, clock, organisations, failed } = parts
  let last: TimeUs | undefined
  async function daily(): Promise<void> {
    const now = clock.now()
    if (last !== undefined && elapsed(last, now) < DAY) return
    for (const organisation of await organisations()) {
      await forgetLetters(database, organisation, now).catch(failed)
      await forgetDeliveries(database, organisation, now).catch(failed)
    }
    last = now
  }
  return every(HOUR, clock, daily, failed)
}
