import type { TimeUs } from '../domain/time.ts'

/**
 * Why an alarm does not reach people now. Suppression gates annunciation alone: the alarm is still
 * evaluated, journaled, acknowledged and cleared.
 */
export type SuppressionKind =
  /** A person put it aside until a time. */
  | 'shelved'
  /** A person put it aside until it clears, at most until a time. */
  | 'shelvedOnce'
  /** Another alarm of the same asset says it already (`impliedBy`). */
  | 'design'
  /** An alarm of what the asset hangs on explains it, or siblings were gathered into one. */
  | 'topology'
  /** Work is being done there. */
  | 'maintenance'
  /** An engineer took it out of service. */
  | 'outOfService'
  /** Its cause is given a moment to arrive (`hold`). */
  | 'held'
  /** More alarms than people can read: low priorities wait. */
  | 'flood'

/**
 * One reason of several. An alarm reaches people only while it has none: two overlapping causes
 * must both end.
 */
export interface Suppression {
  readonly kind: SuppressionKind
  /** What it comes from, so that the same cause is one reason: an occurrence, a window, a person's id. */
  readonly ref: string
  /** It ends by itself then; left out: when its cause does. */
  readonly until?: TimeUs
  /** Who or what: a person's id, `topology`, `flood`. */
  readonly by: string
  readonly reason: string
}
