import type { OrganisationId, PointId } from '../domain/ids.ts'
import type { Position } from '../domain/position.ts'
import type { Reading } from '../domain/reading.ts'
import type { TimeUs } from '../domain/time.ts'

/** A reading with where it came from in the log. */
export interface StoredReading extends Reading {
  readonly organisation: OrganisationId
  readonly position: Position
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
 * History of readings. It may be away for a day: alarms never wait for it. Two readings of one
 * point with the same effective time are one sample; the later position wins.
 */
export interface ReadingStore extends AsyncDisposable {
  /** Where the readings written so far reach; undefined when nothing was written. */
  cursor(): Promise<Position | undefined>
  /** Writes the readings and moves the cursor in one transaction. Writing them again changes nothing. */
  write(readings: readonly StoredReading[], cursor: Position): Promise<void>
  series(request: SeriesRequest): Promise<Series>
  /** Newest reading of each point by effective time, at most 100,000 points; warms the last values. */
  latest(organisation: OrganisationId): Promise<readonly StoredReading[]>
  /** Count and sum of the good numeric readings of a point, for checks against a source. */
  totals(
    organisation: OrganisationId,
    point: PointId,
  ): Promise<{ count: number; sum: number }>
}
