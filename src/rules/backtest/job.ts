import type { OrganisationId } from '../../domain/ids.ts'
import type { ControlRecord } from '../../domain/log-record.ts'
import type { Position } from '../../domain/position.ts'
import type { DecodedEnvelope } from '../../domain/reading.ts'
import type { TimeUs } from '../../domain/time.ts'
import type { ReadingColumns } from '../columns.ts'
import type { ActiveRules } from '../detector.ts'

/** From here on these rules hold. */
export interface RulesFrom {
  readonly position: Position
  readonly ingest: TimeUs
  readonly rules: ActiveRules
}

/** What the detector was told besides readings, as it stands in the log. */
export interface LoggedControl {
  readonly position: Position
  readonly record: ControlRecord & { readonly control: 'timer' | 'blind' }
}

/** One reading of the past: rules as of each time, on a detector of their own. */
export interface Arm {
  /** `draft`, `live`, or the value of a sweep. */
  readonly name: string
  /** In the order of positions; the first holds from the beginning. */
  readonly rules: readonly RulesFrom[]
  /**
   * `recorded`: woken by the timers in the log, as it happened. `punctual`: woken when the detector
   * asks for it, for rules whose timers nobody has set.
   */
  readonly timers: 'recorded' | 'punctual'
}

/** A time in which something was wrong, as somebody says who knows. */
export interface Label {
  /** Id of the asset; left out: any. */
  readonly asset?: string
  /** Inclusive, µs. */
  readonly from: TimeUs
  /** Exclusive, µs. */
  readonly to: TimeUs
}

/** A citizen told of a fault: an alarm before it would have been better. */
export interface CitizenReport {
  readonly asset: string
  readonly at: TimeUs
}

/** An alarm of the past of which its case has said what there was to it. */
export interface JudgedAlarm {
  readonly asset: string
  /** When it stood: inclusive, exclusive. */
  readonly from: TimeUs
  readonly to: TimeUs
  /** False: a nuisance, or nothing was found. */
  readonly real: boolean
}

/** What alarms are held against, as the report calls it. */
export type HeldAgainst = 'reports' | 'cases'

/** Everything a backtest needs besides the readings. Can be handed to a worker. */
export interface BacktestJob {
  readonly organisation: OrganisationId
  /** Id of the rule that is tried; undefined: all rules. */
  readonly rule: string | undefined
  /** Time of hearing, µs: what happened before is warm-up, and counts only if it still stands. */
  readonly from: TimeUs
  /** Exclusive, µs. */
  readonly to: TimeUs
  readonly arms: readonly Arm[]
  /** In the order of positions. */
  readonly controls: readonly LoggedControl[]
  readonly labels: readonly Label[]
  /** In the order of time. */
  readonly reports: readonly CitizenReport[]
  /** In the order of time. */
  readonly judged: readonly JudgedAlarm[]
  /** Of these there were more than `reports` and `judged` have: they are the oldest. */
  readonly onlyOldest: readonly HeldAgainst[]
  /** Why the past here is not exactly what was; empty: it is. */
  readonly inexact: readonly string[]
}

/** Readings in the order of their log: from a store as columns, from the log as records. */
export type SourcePiece =
  | { readonly kind: 'columns'; readonly columns: ReadingColumns }
  | { readonly kind: 'records'; readonly records: readonly SourceRecord[] }

/** A record of the log as the detector takes it; activations come from the arms. */
export type SourceRecord =
  | { readonly kind: 'readings'; readonly decoded: DecodedEnvelope }
  | ({ readonly kind: 'control' } & LoggedControl)

/** Does `a` stand before `b`? Of two logs the one that was heard first. */
export function standsBefore(
  a: { readonly position: Position; readonly ingest: number },
  b: { readonly position: Position; readonly ingest: number },
): boolean {
  if (a.position.epoch !== b.position.epoch) return a.ingest < b.ingest
  return (
    a.position.sequence < b.position.sequence ||
    (a.position.sequence === b.position.sequence && a.position.index < b.position.index)
  )
}
