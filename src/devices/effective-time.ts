import {
  durationUs,
  fromIso,
  MINUTE,
  timeUs,
  type DurationUs,
  type TimeUs,
} from '../domain/time.ts'
import type { JsonTime } from './json/type.ts'

/** A source time further ahead of us than this is a wrong clock. */
export const MAX_AHEAD: DurationUs = durationUs(2 * MINUTE)
/** 2015-01-01: controllers without a battery come up in 1970 or 2000. */
const earliest = timeUs(Date.UTC(2015, 0, 1) * 1_000)

export interface EffectiveTime {
  /** The time that rules and charts use. */
  readonly effective: TimeUs
  /** The source time was not believed. */
  readonly clockSuspect: boolean
}

/**
 * The time a reading counts from: when the device says it measured, unless that is more than
 * two minutes ahead of when we heard it or before 2015; then when we heard it. A wrong clock
 * thus never moves a reading anywhere but to its ingest time.
 */
export function effectiveTime(times: {
  readonly source?: TimeUs | undefined
  readonly ingest: TimeUs
  /** A person vouches for the time, as for an imported recording: it may lie before 2015. */
  readonly recorded?: boolean
}): EffectiveTime {
  const { source, ingest, recorded = false } = times
  if (source === undefined) return { effective: ingest, clockSuspect: false }
  const believed = (recorded || source >= earliest) && source - ingest <= MAX_AHEAD
  return { effective: believed ? source : ingest, clockSuspect: !believed }
}

export type TimeFormat = JsonTime['format']

const perUnit = { epoch_s: 1_000_000, epoch_ms: 1_000, epoch_us: 1 } as const

/** A time as a message writes it; undefined when it is none. Numbers in text are not numbers. */
export function parseTime(value: unknown, format: TimeFormat): TimeUs | undefined {
  if (format === 'iso') return typeof value === 'string' ? fromIso(value) : undefined
  if (typeof value !== 'number') return undefined
  const us = Math.round(value * perUnit[format])
  return Number.isSafeInteger(us) ? timeUs(us) : undefined
}
