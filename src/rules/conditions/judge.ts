import type { DurationUs } from '../../domain/time.ts'

/** Judges the value of one role, in event time. */
export interface ValueJudge {
  readonly clock: 'event'
  readonly role: string
  /** The limit a value must reach to make the condition TRUE. */
  readonly enters: number
  /** The limit a value must pass to make it FALSE again. */
  readonly leaves: number
  /** `latched`: it was TRUE before, so the deadband applies. The value is finite. */
  holds(value: number, latched: boolean): boolean
}

/** Judges how long an asset's devices have said nothing, in processing time. */
export interface SilenceJudge {
  readonly clock: 'processing'
  readonly timeout: DurationUs
  readonly grace: DurationUs
}

export type Judge = ValueJudge | SilenceJudge
