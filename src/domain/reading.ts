import type { PointId } from './ids.ts'
import type { Position } from './position.ts'
import { durationUs, MINUTE, type DurationUs, type TimeUs } from './time.ts'

/** Null when the quality is bad and nothing usable was said. Numbers are always finite. */
export type Value = number | string | boolean | null

/** Three severities, as OPC UA status codes have them. Bad means "no evidence", never zero. */
export type Quality = (typeof qualities)[number]
export const qualities = ['good', 'uncertain', 'bad'] as const

/** Why the quality is what it is. */
export type QualityCode = (typeof qualityCodes)[number]
/** In the order of their codes in stored history: a new one goes to the end. */
export const qualityCodes = [
  'ok',
  'stale',
  'comm_fault',
  'device_fault',
  'out_of_range',
  'decode_error',
  'config_error',
  'clock_suspect',
] as const

/** A reading older than this when it came is history: stored and journaled, not annunciated. */
export const REORDER_WINDOW: DurationUs = durationUs(5 * MINUTE)

/** Bits of `Reading.flags`. */
export const flag = {
  /** A retained or replayed message. */
  replay: 1,
  /** The same device and time was heard before and nothing tells the two apart. */
  dupPossible: 2,
  /** The device's clock was wrong, so the effective time is the ingest time. */
  clockSuspect: 4,
  /** Older than the reorder window when it came: stored and journaled, not annunciated. */
  historical: 8,
} as const

/** One value of one point. Everything behind the decoder speaks only this. */
export interface Reading {
  readonly point: PointId
  readonly value: Value
  readonly quality: Quality
  readonly code: QualityCode
  /** The protocol's own code, for instance an OPC UA StatusCode or a Modbus exception. */
  readonly native?: number
  /** The time rules and charts use; see `effectiveTime` in devices/effective-time.ts. */
  readonly effective: TimeUs
  /** When the device says it measured. */
  readonly source?: TimeUs
  /** When a gateway or server between us says it heard. */
  readonly server?: TimeUs
  /** When we heard. */
  readonly ingest: TimeUs
  /** Bits of `flag`. */
  readonly flags: number
  /** Version of the configuration that decoded it. */
  readonly typeVersion: number
}

/** Readings of one envelope, with the envelope's place in the log. */
export interface DecodedEnvelope {
  readonly position: Position
  /** Id of the device that spoke. */
  readonly device: string
  readonly ingest: TimeUs
  readonly readings: readonly Reading[]
}
