import type { Clock } from '../domain/clock.ts'
import { every } from '../domain/every.ts'
import { SECOND, type DurationUs } from '../domain/time.ts'
import type { Alarms } from './alarms.ts'
import { TIMERS_AT_ONCE } from './run-timers.ts'

/** Looks in a row before others get a turn: 10,000 timers. What is left follows with the next tick. */
const LOOKS_AT_MOST = 20

/**
 * Lets time do what it does to alarms: shelves, holds and windows end, acknowledged alarms are told
 * again. Looks once a second (`period`), however late it is after a restart. One at a time is
 * enough; two do no harm.
 */
export function startAlarmTimers({
  alarms,
  clock,
  failed,
  period = SECOND,
}: {
  readonly alarms: Pick<Alarms, 'runTimers'>
  readonly clock: Clock
  /** Hears of what could not be done; it is tried again. */
  readonly failed: (error: unknown) => void
  readonly period?: DurationUs
}): AsyncDisposable {
  const job = async (): Promise<void> => {
    for (let look = 0; look < LOOKS_AT_MOST; look += 1) {
      if ((await alarms.runTimers(failed)) < TIMERS_AT_ONCE) return
    }
  }
  return every(period, clock, job, failed)
}
