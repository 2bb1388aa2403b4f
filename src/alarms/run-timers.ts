import type { UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { durationUs, later, MINUTE, SECOND, type DurationUs } from '../domain/time.ts'
import { groupsOf, ring } from './ring.ts'
import { sessionIn, type TransactionParts } from './session-in.ts'
import type { AlarmParts } from './take.ts'
import type { TimerRow } from './timers.ts'

/** Timers looked for at once; more wait for the next look, which follows at once. */
export const TIMERS_AT_ONCE = 500

/**
 * Does what is due by now, the oldest first, over all organisations, at most `TIMERS_AT_ONCE`; gives
 * how many were due. A timer and what it does are one transaction, so a crash neither loses nor
 * repeats it; of two processes one finds the timer gone. What cannot be done is put off. Throws when
 * that cannot be written down either: the database is away.
 */
export async function runTimers(
  parts: AlarmParts,
  failed: (error: unknown) => void,
): Promise<number> {
  const due = await parts.database.installation.query
    .selectFrom('alarm_timer')
    .selectAll()
    .where('due', '<=', parts.clock.now())
    .orderBy('due')
    .orderBy('id')
    .limit(TIMERS_AT_ONCE)
    .execute()
  for (const group of groupsOf(due)) await runApart(parts, group, failed)
  return due.length
}

/** Does a group, or, when that cannot be done, each of it alone: nobody waits for another's trouble. */
async function runApart(
  parts: AlarmParts,
  group: readonly TimerRow[],
  failed: (error: unknown) => void,
): Promise<void> {
  const [only, ...others] = group
  try {
    await runGroup(parts, group)
  } catch (error) {
    if (others.length > 0) {
      for (const one of group) await runApart(parts, [one], failed)
    } else if (only !== undefined) {
      failed(error)
      await putOff(parts, only)
    }
  }
}

/**
 * Wait after the `failures`-th failure in a row: 2 s, twice as long each time, at most 5 min. What
 * fails for ever costs one try in 5 min then, and is done soon after its cause is mended.
 */
function timerBackOff(failures: number): DurationUs {
  return durationUs(Math.min(SECOND * 2 ** Math.min(failures, 20), 5 * MINUTE))
}

/** Not if somebody moved or stopped it meanwhile. */
async function putOff({ database, clock }: AlarmParts, timer: TimerRow): Promise<void> {
  const { organisation, id, due } = timer
  const failures = timer.failures + 1
  const next = later(clock.now(), timerBackOff(failures))
  await database.write(organisation, 'alarm', ({ query }) =>
    query
      .updateTable('alarm_timer')
      .set({ due: next, failures })
      .where('id', '=', id)
      .where('due', '=', due)
      .execute(),
  )
}

async function runGroup(
  { database, clock, effects, rules, sources }: AlarmParts,
  group: readonly TimerRow[],
): Promise<void> {
  const [first] = group
  if (first === undefined) return
  const organisation: OrganisationId = first.organisation
  const book = await rules(organisation)
  const now = clock.now()
  await database.write(organisation, 'alarm', (work) =>
    inTransaction(work, group, { book, now, effects, sources }),
  )
}

async function inTransaction(
  work: UnitOfWork,
  group: readonly TimerRow[],
  parts: TransactionParts,
): Promise<void> {
  const { now } = parts
  const ids = group.map(({ id }) => id)
  // Somebody may have moved or stopped it since it was found.
  const still = await work.query
    .selectFrom('alarm_timer')
    .selectAll()
    .where('id', 'in', ids)
    .where('due', '<=', now)
    .orderBy('due')
    .orderBy('id')
    .execute()
  if (still.length === 0) return
  await work.query
    .deleteFrom('alarm_timer')
    .where(
      'id',
      'in',
      still.map(({ id }) => id),
    )
    .execute()
  await ring(sessionIn(work, parts), still)
}
