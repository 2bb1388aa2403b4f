import type { Place } from '../domain/asset.ts'
import type { OrganisationId, PointId } from '../domain/ids.ts'
import type { ControlRecord } from '../domain/log-record.ts'
import type { Position } from '../domain/position.ts'
import type { DecodedEnvelope } from '../domain/reading.ts'
import type { DurationUs, TimeUs } from '../domain/time.ts'
import type { DetectorTransition } from '../domain/transition.ts'
import type { ReadingColumns } from './columns.ts'
import type { Explained } from './explained.ts'
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
  /** What the configuration says of the asset, for parameters that are attributes. */
  readonly attributes: Readonly<Record<string, string | number | boolean>>
  /** Left out: nobody knows where it stands, so nothing depends on the sun. */
  readonly place?: Place
  /** For a group condition: what hangs on the asset by the condition's edge, of its type. */
  readonly members?: readonly GroupMember[]
}

/** An asset that hangs on another, as a group condition sees it. */
export type GroupMember = Pick<RuleTarget, 'asset' | 'points' | 'attributes' | 'place'>

/** The rules of one organisation as of one configuration version. */
export interface ActiveRules {
  readonly organisation: OrganisationId
  readonly version: number
  /** IANA name of the organisation's time zone. */
  readonly zone: string
  /** Whose holidays it keeps, as ISO 3166-1 or 3166-2: `SE`, `NO`. Left out: none. */
  readonly holidays?: string
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

/** What changed of a detector's state since it was saved last, in pages. */
export interface DetectorChanges {
  readonly engine: string
  readonly configurationVersion: number
  /** These are all pages; none that was kept before belongs to them. */
  readonly isWhole: boolean
  /**
   * Key and JSON of each, as they are now; made as they are asked for, each time anew. `stateOfPages`
   * puts all pages together again.
   */
  readonly pages: Iterable<readonly [string, string]>
  /** They are kept: from now on only what changes after them is told. */
  saved(): void
}

/** The pure core: its answers depend on the inputs so far and on nothing else. */
export interface Detector {
  /** Takes in one record and says what happened, in order. */
  step(input: DetectorInput): readonly DetectorTransition[]
  /**
   * Takes in the records of which these are the readings, exactly as `step` would one by one. Who
   * has a device's point heard the device.
   */
  stepColumns(columns: ReadingColumns): readonly DetectorTransition[]
  /** Why a rule says what it says of an asset now; undefined when no such target is active. */
  explain(rule: string, asset: string): Explained | undefined
  /** The next time a `timer` record would be needed; undefined when only readings can change anything. */
  nextDue(): TimeUs | undefined
  snapshot(): DetectorSnapshot
  /** For a checkpoint every few seconds: what a snapshot would say that the last did not. */
  changes(): DetectorChanges
}
