/** The bounds of the contract, checked the same way before every store. */

import { durationUs, HOUR } from '../domain/time.ts'
import type {
  ColumnScanRequest,
  Keep,
  SeriesRequest,
  WindowsRequest,
} from './reading-store.ts'

const maxSamples = 2_000
const maxPoints = 100_000
const maxEdges = 10_001
const day = durationUs(24 * HOUR)

/** Throws RangeError for a limit that is not a whole number from 2 to 2,000. */
export function checkSeries({ limit }: SeriesRequest): void {
  if (!Number.isInteger(limit) || limit < 2 || limit > maxSamples) {
    throw new RangeError(`a series needs a limit of 2 to ${maxSamples}, not ${limit}`)
  }
}

/** Throws RangeError for too many points, or edges that are too few, too many or not ascending. */
export function checkWindows({ points = [], edges, holds }: WindowsRequest): void {
  if (points.length > maxPoints) {
    throw new RangeError(`windows of at most ${maxPoints} points, not ${points.length}`)
  }
  if (edges.length < 2 || edges.length > maxEdges) {
    throw new RangeError(`windows need 2 to ${maxEdges} edges, not ${edges.length}`)
  }
  const whole = edges.every((edge) => Number.isSafeInteger(edge))
  if (!whole || edges.some((edge, n) => edge <= (edges[n - 1] ?? -Infinity))) {
    throw new RangeError('the edges of windows are whole microseconds that ascend')
  }
  if (holds !== undefined && (!Number.isSafeInteger(holds) || holds < 0)) {
    throw new RangeError(`a value cannot hold for ${holds} µs`)
  }
}

/** Throws RangeError for too many points, or times that are not whole. */
export function checkPoints({ points = [], from, to }: ColumnScanRequest): void {
  if (points.length > maxPoints) {
    throw new RangeError(`arrivals of at most ${maxPoints} points, not ${points.length}`)
  }
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) {
    throw new RangeError(`not times to read arrivals of: ${from}, ${to}`)
  }
}

/** Throws RangeError for times that are not whole, or a width that does not divide a day. */
export function checkKeep({ rawSince, rollUp }: Keep): void {
  const { width, since } = rollUp ?? { width: day, since: rawSince }
  if (!Number.isSafeInteger(rawSince) || !Number.isSafeInteger(since)) {
    throw new RangeError(`not times to keep readings since: ${rawSince}, ${since}`)
  }
  if (!Number.isSafeInteger(width) || width <= 0 || day % width !== 0) {
    throw new RangeError(`a roll-up of ${width} µs does not divide a day`)
  }
}
