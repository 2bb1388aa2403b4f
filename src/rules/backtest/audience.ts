import type { TimeUs } from '../../domain/time.ts'
import type { AlarmKey, DetectorTransition } from '../../domain/transition.ts'
import type { Arm } from './job.ts'

/** Which alarm it is about, of one organisation. */
export type Named = Pick<AlarmKey, 'rule' | 'asset' | 'discriminator'>

/** Who wants to know what became of it. */
export interface Listener {
  /** People hear that it stands, that it is worse, or they are called for it anew. */
  told(alarm: Named, at: TimeUs): void
  /** Something keeps it from people from now on: a word such as `topology` or `maintenance`. */
  kept(alarm: Named, by: string): void
}

/** Times in which more was told than people can read, over all desks. */
export interface Floods {
  readonly count: number
  /** In seconds, of all desks together. */
  readonly seconds: number
}

/**
 * What becomes of what a detector says until people hear of it: the life-cycle of alarms, and
 * everything that keeps them from people. Time comes from its callers and does not go back.
 */
export interface Audience {
  /** What was said at one time of hearing. */
  take(said: readonly DetectorTransition[], now: TimeUs): Promise<void>
  /** Lets time pass: holds, windows and floods end. */
  pass(until: TimeUs): Promise<void>
  /** Those that began in the range. */
  floods(): Floods
}

/** Makes the audience of one arm. */
export type MakeAudience = (arm: Arm, listener: Listener) => Audience
