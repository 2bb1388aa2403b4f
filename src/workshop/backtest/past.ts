import type { OrganisationId, PointId } from '../../domain/ids.ts'
import type { Position } from '../../domain/position.ts'
import type { DurationUs, TimeUs } from '../../domain/time.ts'
import type { LoggedControl, SourcePiece } from '../../rules/backtest/job.ts'
import type { ActiveRules } from '../../rules/detector.ts'

/** A part of the past, by time of hearing. */
export interface PastRange {
  readonly organisation: OrganisationId
  /** Inclusive. */
  readonly from: TimeUs
  /** Exclusive. */
  readonly to: TimeUs
}

/** A version of the configuration came into force. */
export interface LoggedActivation {
  readonly position: Position
  readonly ingest: TimeUs
  readonly version: number
}

/** What the log told the detector besides readings. */
export interface LoggedControls {
  readonly controls: readonly LoggedControl[]
  readonly activations: readonly LoggedActivation[]
  /** From here on they are all there; undefined: there are none at all. */
  readonly since: TimeUs | undefined
}

/** Where the past is kept; made where log, store and database are known. */
export interface Past {
  /** Arrivals of the reading store, of these points or of all. */
  history(
    range: PastRange,
    points: readonly PointId[] | undefined,
  ): AsyncIterable<SourcePiece>
  /** Does the store have every arrival of the range? */
  keepsArrivals(range: PastRange): Promise<boolean>
  /** Records of the reading log, control records among them. */
  log(range: PastRange): AsyncIterable<SourcePiece>
  /** Since when the log has records; undefined: it has none. */
  logSince(): Promise<TimeUs | undefined>
  /** In the order of positions. */
  controls(range: PastRange): Promise<LoggedControls>
  /** How much of the past a detector with these rules must have seen. */
  neededPast(all: Iterable<ActiveRules>): DurationUs
}
