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
  readonly ruleVersion: number
  readonly evidence: readonly Evidence[]
}
