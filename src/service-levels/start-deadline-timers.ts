import { every } from '../domain/every.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { durationUs, SECOND, type DurationUs } from '../domain/time.ts'
import type { DeadlineParts } from './parts.ts'
import { DEADLINES_AT_ONCE, type DeadlineTimers } from './run-deadlines.ts'

/** Looks in a row before others get a turn. */
const LOOKS_AT_MOST = 10

/**
 * Lets time do what it does to deadlines: tells those who are to be told, and after another
 * configuration (and when the process starts) works open cases out anew. Looks every 20 s
 * (`period`), however late it is after a restart. One at a time is enough; two do no harm.
 */
export function startDeadlineTimers({
  timers,
  organisations,
  catalogue,
  clock,
  failed,
  period = durationUs(20 * SECOND),
}: Pick<DeadlineParts, 'organisations' | 'catalogue' | 'clock'> & {
  readonly timers: DeadlineTimers
  /** Hears of what could not be done; it is tried again. */
  readonly failed: (error: unknown) => void
  readonly period?: DurationUs
}): AsyncDisposable {
  const workedOut = new Map<OrganisationId, object>()
  async function follow(organisation: OrganisationId): Promise<void> {
    const current = await catalogue(organisation)
    if (workedOut.get(organisation) === current) return
    await timers.recompute(organisation)
    workedOut.set(organisation, current)
  }
  const job = async (): Promise<void> => {
    for (const organisation of await organisations()) {
      await follow(organisation).catch(failed)
    }
    for (let look = 0; look < LOOKS_AT_MOST; look += 1) {
      if ((await timers.runDue(failed)) < DEADLINES_AT_ONCE) return
    }
  }
  return every(period, clock, job, failed)
}
