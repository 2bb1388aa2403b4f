import type { OrganisationId, PointId } from '../domain/ids.ts'
import type { Reading } from '../domain/reading.ts'

/** The newest reading of every point, in memory. */
export interface LastValues {
  /** Undefined until the point has been heard of. */
  of(point: PointId): Reading | undefined
  /**
   * Calls `listener` with the points that changed, at most every 250 ms and at most 1,000 points a
   * call; returns how to stop.
   */
  onChange(
    organisation: OrganisationId,
    listener: (points: readonly PointId[]) => void,
  ): () => void
}
