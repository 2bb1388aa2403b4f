import type { OrganisationId, PointId } from './ids.ts'
import type { Position } from './position.ts'
import type { Quality, Value } from './reading.ts'
import type { TimeUs } from './time.ts'

/** What makes two raises the same alarm. Never severity, value, text, device or rule version. */
export interface AlarmKey {
  readonly organisation: OrganisationId
  /** Id of the rule, or the code a source's own alarm carries. */
  readonly rule: string
  readonly asset: string
  /** Tells apart several alarms of one rule on one asset (a bit, a limit); empty for most. */
  readonly discriminator: string
}

/** The reading (or its absence) a decision rests on, frozen when it was taken. */
export interface Evidence {
  readonly role: string
  readonly point: PointId | null
  readonly value: Value
  readonly quality: Quality
  readonly at: TimeUs
  /** The limit it was held against, in the point's unit; for no-data the time-out in seconds. */
  readonly limit?: number
  /** What was made of the readings and held against the limit: a rate, a baseline, a count. */
  readonly computed?: number
  /** The kind of condition that judged it. */
  readonly condition?: string
  /** How long the condition had to hold, in µs. */
  readonly delay?: number
}

/**
 * What the detector says happened. `announced` is a raise in old data that is still true of now:
 * only then does it reach a person.
 */
export type DetectorEvent =
  | 'raised'
  | 'announced'
  | 'cleared'
  /** Evidence went bad or missing while the alarm stands; it stays as it was. */
  | 'evidence_lost'
  | 'evidence_back'
  /** Another limit of a rule with several was reached or left while the alarm stands; `level` says which. */
  | 'level'
  /** Late readings show that the alarm would not have been, or not then. It is never taken back: a note for people. */
  | 'corrected'
  /** The rule or asset was retired, or the rule changed and no longer holds: closed, not cleared. */
  | 'withdrawn'

/** One step of one alarm, as the detector saw it. */
export interface DetectorTransition {
  readonly key: AlarmKey
  readonly event: DetectorEvent
  /** Place of the record that caused it; with `ordinal` this makes the transition's id. */
  readonly position: Position
  /** Counts the transitions of one record, from 0. */
  readonly ordinal: number
  /** When it happened outdoors (event time). */
  readonly at: TimeUs
  /** When the causing record reached us. */
  readonly ingest: TimeUs
  /** It happened too long ago to disturb anyone with. */
  readonly historical: boolean
  /** Found out by readings that came out of order, within the reorder window. */
  readonly late: boolean
  /** 1 for the mildest limit of the rule and upwards; 1 where it has but one. */
  readonly level: number
  readonly ruleVersion: number
  readonly evidence: readonly Evidence[]
}
