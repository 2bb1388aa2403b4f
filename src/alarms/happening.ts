import type { TimeUs } from '../domain/time.ts'
import type { RuleFacts } from './alarms.ts'
import type { LifeCycleEvent } from './events.ts'

/** Something that happened to one alarm, whoever caused it. */
export interface Happening {
  readonly event: LifeCycleEvent
  readonly rule: RuleFacts
  /** Left out for what comes from no log: its id is made of its number in the journal. */
  readonly id?: string
  readonly at: TimeUs
  readonly now: TimeUs
  /** When the record that caused it was heard; left out where no record did. */
  readonly heardAt?: TimeUs
  readonly actor: string
  readonly comment: string | null
  /** In a word for programs; left out: how it closed, if it did. */
  readonly reason?: string
  readonly ruleVersion: number | null
  /** JSON. */
  readonly evidence: string
  /** Place of the detector's transition. */
  readonly position?: string
  /** Found out from readings that came late. */
  readonly late?: boolean
}

/** A happening of now that rests on no reading. */
export function happensNow(
  event: LifeCycleEvent,
  more: Pick<Happening, 'rule' | 'now' | 'actor'> &
    Partial<Pick<Happening, 'comment' | 'reason'>>,
): Happening {
  return { comment: null, ...more, event, at: more.now, ruleVersion: null, evidence: '[]' }
}
