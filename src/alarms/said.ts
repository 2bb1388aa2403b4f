import type { AlarmKey } from '../domain/transition.ts'
import type { DetectorSays } from './events.ts'
import type { Happening } from './happening.ts'

/** Something the detector, or a source of its own alarm, says. */
export interface Said {
  readonly alarm: string
  readonly key: AlarmKey
  readonly happening: Happening & { readonly event: DetectorSays }
  /** Older than what was taken in: only journaled. */
  readonly isOlder?: (lastPosition: string) => boolean
}

/** Parts in which an alarm that rises does so once: what it was before can be read and asked about. */
export function segmentsOf(all: readonly Said[]): readonly (readonly Said[])[] {
  const segments: Said[][] = []
  let segment: Said[] = []
  let met = new Set<string>()
  for (const said of all) {
    if (met.has(said.alarm) && isNew(said.happening.event)) {
      segments.push(segment)
      segment = []
      met = new Set()
    }
    met.add(said.alarm)
    segment.push(said)
  }
  segments.push(segment)
  return segments
}

/** Would this reach people, were it not suppressed? */
export function isNew({ kind, historical }: DetectorSays): boolean {
  return kind === 'announced' || (kind === 'raised' && !historical)
}
