import type { OrganisationId, PointId } from '../domain/ids.ts'
import type { Position } from '../domain/position.ts'
import type { Reading } from '../domain/reading.ts'
import type { DurationUs, TimeUs } from '../domain/time.ts'

/** A reading with where it came from in the log. */
export interface StoredReading extends Reading {
  readonly organisation: OrganisationId
  readonly position: Position
}

/** The readings of one log record, in the order the decoder gave them. */
export interface ReadingsOfRecord {
  readonly organisation: OrganisationId
  readonly position: Position
  readonly readings: readonly Reading[]
}

/** A record of the log as it is understood now, to be written again. */
export interface RewrittenRecord extends ReadingsOfRecord {
  /**
   * Point and time of what an earlier decoding of this very record wrote and this one does not: a
   * message that could not be read stands at the time it was heard, and now at the time it names.
   */
  readonly gone?: readonly { readonly point: PointId; readonly effective: TimeUs }[]
}

export interface SeriesRequest {
  readonly organisation: OrganisationId
  readonly point: PointId
  /** Effective time, inclusive. */
  readonly from: TimeUs
  /** Effective time, exclusive. */
  readonly to: TimeUs
  /** At most this many samples (2 to 2,000); more are thinned so that extremes stay. */
  readonly limit: number
}

/** One sample of a series. `value` is null where the reading was bad: a gap, not a zero. */
export interface Sample {
  readonly at: TimeUs
  readonly value: number | string | boolean | null
  readonly quality: Reading['quality']
}

export interface Series {
  readonly samples: readonly Sample[]
  /** How many readings the range holds in the store. */
  readonly total: number
  /** True when `samples` is a thinned picture of `total`. */
  readonly thinned: boolean
}

/**
 * What can be known of the readings of a window. Only numbers and booleans (1 and 0) that are not
 * bad count. `timeWeightedMean`: each value holds until the next reading, a bad one ends it
 * (stepped interpolation, as TimeAverage2 of OPC UA part 13); `covered` is the share of the window,
 * 0 to 1, in which a value held.
 */
export type Measure =
  | 'count'
  | 'min'
  | 'max'
  | 'mean'
  | 'last'
  | 'timeWeightedMean'
  | 'covered'

export interface WindowsRequest {
  readonly organisation: OrganisationId
  /** Left out: every point of the organisation. At most 100,000. */
  readonly points?: readonly PointId[]
  /**
   * Ascending; window `n` is from `edges[n]` (inclusive) to `edges[n + 1]` (exclusive). At least 2,
   * at most 10,001; the caller makes them, so that days follow the calendar of a place. A store may
   * refuse more rows than it can hold (Problem too_large).
   */
  readonly edges: readonly TimeUs[]
  readonly measures: readonly Measure[]
  /** How long a value holds at most when nothing follows it; for the two measures of time. */
  readonly holds?: DurationUs
}

/**
 * Columns of equal length, one row for each point and window that holds at least one counted
 * reading (or, for the measures of time, in which a value held), in the order of point and window;
 * a window without a row is a gap. NaN where a measure does not exist or was not asked for. Columns,
 * because a month of a town is 300,000 rows.
 */
export interface Windows {
  readonly point: Uint32Array
  /** Index of the window. */
  readonly window: Uint32Array
  readonly measures: Readonly<Partial<Record<Measure, Float64Array>>>
}

export interface ScanRequest {
  readonly organisation: OrganisationId
  /** Left out: every point of the organisation. */
  readonly points?: readonly PointId[]
  /** Effective time, inclusive. */
  readonly from: TimeUs
  /** Effective time, exclusive. */
  readonly to: TimeUs
}

/** Which arrivals: of the readings that were heard in a time, those of some points. */
export interface ColumnScanRequest {
  readonly organisation: OrganisationId
  /** Left out: every point of the organisation. At most 100,000. */
  readonly points?: readonly PointId[]
  /** When they were heard, inclusive. */
  readonly from: TimeUs
  /** When they were heard, exclusive. */
  readonly to: TimeUs
}

/**
 * Arrivals as columns of equal length, in the order of one log: what a month of a town is handed on
 * as, without an object for each reading. Readings of one record are neighbours.
 */
export interface StoredColumns {
  /** The log they came from. */
  readonly epoch: string
  readonly partition: Position['partition']
  readonly length: number
  readonly sequence: Float64Array<ArrayBuffer>
  readonly index: Uint32Array<ArrayBuffer>
  readonly point: Uint32Array<ArrayBuffer>
  /** NaN where the value is a text or there is none; a boolean is 0 or 1. */
  readonly value: Float64Array<ArrayBuffer>
  /** Row → text, for those whose value is one. */
  readonly texts: ReadonlyMap<number, string>
  /** 1 where the value is a boolean. */
  readonly boolean: Uint8Array<ArrayBuffer>
  /** Index into `qualities` (domain/reading.ts). */
  readonly quality: Uint8Array<ArrayBuffer>
  /** µs. */
  readonly effective: Float64Array<ArrayBuffer>
  /** µs. */
  readonly ingest: Float64Array<ArrayBuffer>
  /** Bits of `flag` (domain/reading.ts). */
  readonly flags: Uint8Array<ArrayBuffer>
}

/** How long the readings of some points are kept, and what stays of them. */
export interface Keep {
  readonly organisation: OrganisationId
  readonly points: readonly PointId[]
  /** Readings before this go, after they were rolled up. */
  readonly rawSince: TimeUs
  /**
   * Windows of this width (a divisor of one day, aligned to UTC) that stay in place of the readings
   * that go: count, min, max, mean, last. Windows before `since` go too. Left out: nothing stays.
   */
  readonly rollUp?: { readonly width: DurationUs; readonly since: TimeUs }
}

/**
 * History of readings. It may be away for a day: alarms never wait for it. Two readings of one
 * point with the same effective time are one sample; the later position wins. What was rolled up is
 * found by `series` (as the windows' extremes and last values) and by `windows`, not by `scan`.
 *
 * Methods reject with a Problem: `unavailable` when it may work later (`facts.retryAfterSeconds`
 * where the store said so), `forbidden` or `not_found` when nobody can write before somebody changes
 * something, `invalid` when this very batch cannot be stored: then a part of it can, and the caller
 * finds out which.
 */
export interface ReadingStore extends AsyncDisposable {
  /** Where the readings written so far reach; undefined when nothing was written. */
  cursor(): Promise<Position | undefined>
  /**
   * Writes the readings and moves the cursor: in one transaction, or the cursor after the readings.
   * Writing them again changes nothing.
   *
   * Writes land in the order of the calls. Whoever calls before the last write has landed says in
   * `follows` where that one ends: should it fail, this one is refused too (Problem unavailable),
   * so that nothing is skipped.
   */
  write(
    records: readonly ReadingsOfRecord[],
    cursor: Position,
    follows?: Position,
  ): Promise<void>
  /**
   * Writes records again, all of one log, and leaves the cursor where it is: what the store has of
   * the same record, point and time gives way. A reading of a later record at that point and time
   * still wins; so does any reading of the log that is followed now over one of a log before it. What
   * is `gone` is removed, by a store that can delete single readings. Writing them again changes
   * nothing.
   */
  rewrite(records: readonly RewrittenRecord[]): Promise<void>
  /**
   * Forgets the cursor, so that another log can follow. The readings stay; those of the log that
   * follows win over them where times are equal.
   */
  adopt(): Promise<void>
  series(request: SeriesRequest): Promise<Series>
  windows(request: WindowsRequest): Promise<Windows>
  /**
   * Every stored reading of the range, in the order of (point, effective time), in pages of at most
   * 10,000. One reading for each point and time: the one that wins.
   */
  scan(request: ScanRequest): AsyncIterable<readonly StoredReading[]>
  /**
   * What arrived, in the order of the log it came from (of an earlier log first), in pieces of about
   * 100,000 readings that belong to whoever takes them. Also those that lost against a later one, as
   * far as the store has them: `keepsArrivals` says whether that is all.
   */
  scanColumns(request: ColumnScanRequest): AsyncIterable<StoredColumns>
  /**
   * Does `scanColumns` give everything that was heard in this time, as it was then? False where
   * readings were rolled up, written again, or gave way to a later one that a store keeps alone.
   */
  keepsArrivals(
    request: Pick<ColumnScanRequest, 'organisation' | 'from' | 'to'>,
  ): Promise<boolean>
  /**
   * Newest reading of each point by effective time, at most 100,000 points; warms the last values. A
   * point that was silent for the last 400 days of the store may be left out.
   */
  latest(organisation: OrganisationId): Promise<readonly StoredReading[]>
  /** Count and sum of the good numeric readings of a point, for checks against a source. */
  totals(
    organisation: OrganisationId,
    point: PointId,
  ): Promise<{ count: number; sum: number }>
  /** Rolls up and deletes; may take its time, never keeps a write waiting longer than a second. */
  retain(keep: Keep): Promise<{ readonly deleted: number }>
}
