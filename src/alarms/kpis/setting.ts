import { HOUR, MINUTE } from '../../domain/time.ts'
import type { OfAlarm, Window } from './facts.ts'

/** The time people have to acknowledge, µs by priority. */
export type Goals = Readonly<Partial<Record<number, number>>>

/** Where a desk says nothing; ours, because no standard gives one. */
const usualGoals: Goals = {
  1: 10 * MINUTE,
  2: HOUR,
  3: 24 * HOUR,
}

/** One that answers for alarms, and how many people sit there at a time. */
export interface DeskFact {
  readonly desk: string
  /** More than 0. */
  readonly operators: number
  /** Its own goals go before the usual ones. */
  readonly acknowledgeWithin?: Goals
}

export interface KpiSetting {
  readonly window: Window
  /** Until when acknowledgements are known, µs. */
  readonly now: number
  /** Desks that are measured, quiet ones too; at least one. */
  readonly desks: readonly DeskFact[]
  /** The desk that was told of an alarm; of one of no listed desk only the total knows. */
  readonly deskOf: (alarm: OfAlarm) => string | undefined
  /** Does the rule ask people to acknowledge? */
  readonly asks: (rule: string) => boolean
}

/** The time people have to acknowledge an alarm, µs; undefined for one without a goal. */
export function goalOf({ desks, deskOf }: KpiSetting, alarm: OfAlarm): number | undefined {
  const desk = deskOf(alarm)
  const own = desks.find((one) => one.desk === desk)?.acknowledgeWithin
  return own?.[alarm.priority] ?? usualGoals[alarm.priority]
}
