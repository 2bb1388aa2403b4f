import type { OrganisationId, PointId } from '../../src/domain/ids.ts'
import type { Reading } from '../../src/domain/reading.ts'
import type { LastValues } from '../../src/ingest/last-values.ts'

/** Newest values that a test sets; whoever listens is told at once. */
export interface SettableLastValues extends LastValues {
  set(organisation: OrganisationId, readings: readonly Reading[]): void
  /** How many listen. */
  listeners(): number
}

export function createLastValues(): SettableLastValues {
  const newest = new Map<PointId, Reading>()
  const listeners = new Set<{
    readonly organisation: OrganisationId
    readonly tell: (points: readonly PointId[]) => void
  }>()
  return {
    of: (point) => newest.get(point),
    onChange: (organisation, tell) => {
      const listener = { organisation, tell }
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    set: (organisation, readings) => {
      for (const reading of readings) newest.set(reading.point, reading)
      const points = readings.map(({ point }) => point)
      for (const listener of listeners) {
        if (listener.organisation === organisation) listener.tell(points)
      }
    },
    listeners: () => listeners.size,
  }
}
