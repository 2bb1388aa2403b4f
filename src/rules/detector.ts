import type { OrganisationId, PointId } from '../domain/ids.ts'
import type { ControlRecord } from '../domain/log-record.ts'
import type { Position } from '../domain/position.ts'
import type { DecodedEnvelope } from '../domain/reading.ts'
import type { DurationUs, TimeUs } from '../domain/time.ts'
import type { DetectorTransition } from '../domain/transition.ts'
import type { Rule } from './rule.ts'

/** One rule on one asset, with the points that measure its roles now. */
export interface RuleTarget {
  /** Id of the rule; part of the alarm key. */
  readonly ruleId: string
  /** Configuration version at which this text of the rule came into force. */
  readonly ruleVersion: number
  readonly rule: Rule
  /** Id of the asset; part of the alarm key. */
  readonly asset: string
  /** Role → point. A role without a binding is UNKNOWN. */
  readonly points: ReadonlyMap<string, PointId>
  /** Devices that are bound to the asset; hearing any of them ends a no-data condition. */
  readonly devices: readonly string[]
  /** Reporting interval of the device type, for the default of `maxGap`. */
  readonly interval: DurationUs
}

/** The rules of one organisation as of one configuration version. */
export interface ActiveRules {
  readonly organisation: OrganisationId
  readonly version: number
  readonly targets: readonly RuleTarget[]
}

/** The only inputs of the detector: log records in order, an activation with what it activates. */
export type DetectorInput =
  | { readonly kind: 'readings'; readonly decoded: DecodedEnvelope }
  | {
      readonly kind: 'control'
      readonly position: Position
      readonly record: ControlRecord & { readonly control: 'timer' | 'blind' }
    }
  | {
      readonly kind: 'activation'
      readonly position: Position
      readonly ingest: TimeUs
      readonly rules: ActiveRules
    }

/** JSON-able state of a detector. Meaningful only to the same engine and with the same rules. */
export interface DetectorSnapshot {
  /** Changes whenever the meaning of `state` does. */
  readonly engine: string
  readonly configurationVersion: number
  readonly state: unknown
}

/** The pure core: its answers depend on the inputs so far and on nothing else. */
export interface Detector {
  /** Takes in one record and says what happened, in order. */
  step(input: DetectorInput): readonly DetectorTransition[]
  /** The next time a `timer` record would be needed; undefined when only readings can change anything. */
  nextDue(): TimeUs | undefined
  snapshot(): DetectorSnapshot
}
