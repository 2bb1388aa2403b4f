import type { Envelope } from '../domain/log-record.ts'
import { flag, REORDER_WINDOW, type Reading } from '../domain/reading.ts'
import type { TimeUs } from '../domain/time.ts'
import { effectiveTime } from './effective-time.ts'

/** The part of a reading that says when. */
export type Stamp = Omit<Reading, 'point' | 'value' | 'quality' | 'code' | 'native'>

export interface Times {
  readonly source: TimeUs | undefined
  readonly server?: TimeUs | undefined
  /** The message has a time and it cannot be read. */
  readonly unreadable: boolean
  /** A person vouches for it. */
  readonly recorded: boolean
}

/** When a value counts from, and what is to be said of that. */
export function stampOf(
  { ingest, retained, repeated }: Envelope,
  { source, server, unreadable, recorded }: Times,
  typeVersion: number,
): Stamp {
  const { effective, clockSuspect } = effectiveTime({ source, server, ingest, recorded })
  const ownTime = source ?? server
  const flags =
    (retained ? flag.replay : 0) |
    // With a time of its own that is believed, a repeat meets its first copy at that time.
    (repeated && (ownTime === undefined || clockSuspect) ? flag.dupPossible : 0) |
    (clockSuspect || unreadable ? flag.clockSuspect : 0) |
    (effective < ingest - REORDER_WINDOW ? flag.historical : 0)
  if (server !== undefined) {
    return source === undefined
      ? { effective, server, ingest, flags, typeVersion }
      : { effective, source, server, ingest, flags, typeVersion }
  }
  return source === undefined
    ? { effective, ingest, flags, typeVersion }
    : { effective, source, ingest, flags, typeVersion }
}
