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
 * The time a reading counts from: when the device says it measured; if it does not say or cannot be
 * believed, when a server between us says it heard; otherwise when we heard. More than two minutes
 * ahead of our hearing it or before 2015 is not believed. A wrong clock thus never moves a reading
 * into the future or decades back.
 */
export function effectiveTime(times: {
  readonly source?: TimeUs | undefined
  readonly server?: TimeUs | undefined
  readonly ingest: TimeUs
  /** A person vouches for the time, as for an imported recording: it may lie before 2015. */
  readonly recorded?: boolean
}): EffectiveTime {
  const { source, server, ingest, recorded = false } = times
  if (source === undefined && server === undefined) {
    return { effective: ingest, clockSuspect: false }
  }
  if (source !== undefined && isBelieved(source, ingest, recorded)) {
    return { effective: source, clockSuspect: false }
  }
  const heard = server !== undefined && isBelieved(server, ingest, recorded)
  return {
    effective: heard ? server : ingest,
    clockSuspect: source !== undefined || !heard,
  }
}

function isBelieved(time: TimeUs, ingest: TimeUs, recorded: boolean): boolean {
  return (recorded || time >= earliest) && time - ingest <= MAX_AHEAD
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
