import type { Clock } from '../domain/clock.ts'
import { every } from '../domain/every.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { SECOND, durationUs, type DurationUs } from '../domain/time.ts'
import type { Assignments } from './assignments.ts'
import { ABSENCES_AT_ONCE } from './run-absences.ts'

/** Looks in a row before others get a turn. */
const LOOKS_AT_MOST = 20

/**
 * Begins and ends absences, and takes cases from those who lost their rights. Looks every ten
 * seconds (`period`), however late it is after a restart. One at a time is enough; two do no harm.
 */
export function startAssignmentTimers({
  assignments,
  organisations,
  clock,
  failed,
  period = durationUs(10 * SECOND),
}: {
  readonly assignments: Pick<Assignments, 'runAbsences' | 'takeFromUnfit'>
  readonly organisations: () => Promise<readonly OrganisationId[]>
  readonly clock: Clock
  /** Hears of what could not be done; it is tried again. */
  readonly failed: (error: unknown) => void
  readonly period?: DurationUs
}): AsyncDisposable {
  const job = async (): Promise<void> => {
    for (let look = 0; look < LOOKS_AT_MOST; look += 1) {
      if ((await assignments.runAbsences(failed)) < ABSENCES_AT_ONCE) break
    }
    for (const organisation of await organisations()) {
      await assignments.takeFromUnfit(organisation).catch(failed)
    }
  }
  return every(period, clock, job, failed)
}
