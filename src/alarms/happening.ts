import type { TimeUs } from '../domain/time.ts'
import type { RuleFacts } from './alarms.ts'
import type { LifeCycleEvent } from './life-cycle.ts'

/** Something that happened to one alarm, whoever caused it. */
export interface Happening {
  readonly event: LifeCycleEvent
  readonly rule: RuleFacts
  /** Left out for a person's command: its id is made of its number in the journal. */
  readonly id?: string
  readonly at: TimeUs
  readonly now: TimeUs
  readonly actor: string
  readonly comment: string | null
  readonly ruleVersion: number | null
  /** JSON. */
  readonly evidence: string
  /** Place of the detector's transition; left out for a command. */
  readonly position?: string
}
