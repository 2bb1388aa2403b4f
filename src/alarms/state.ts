import type { TimeUs } from '../domain/time.ts'
import type { Suppression, SuppressionKind } from './suppression.ts'

/**
 * Where an alarm stands: regions that move side by side. What the detector says (condition,
 * evidence, level), what people did (acknowledged, confirmed, latched), what they know (current,
 * told, reached) and why they may not be told now (suppression).
 */
export interface LifeCycleState {
  readonly condition: 'normal' | 'active'
  readonly evidence: 'good' | 'lost'
  /** 1 for the mildest limit and upwards. */
  readonly level: number
  /** An occurrence is open. */
  readonly open: boolean
  /** Counts what must be acknowledged anew over the whole life of the alarm, 0 before the first. */
  readonly raise: number
  /** The raise is of now; false while it is known from old data only. */
  readonly current: boolean
  /** People were told of this raise, and not yet of its end. */
  readonly told: boolean
  /** People were told of something since it opened, so people must end it. */
  readonly reached: boolean
  readonly acknowledged: boolean
  readonly confirmed: boolean
  /** Stands after it cleared, until a person resets it. */
  readonly latched: boolean
  /** The occurrence belongs to a case. */
  readonly hasCase: boolean
  /** It rose again, and its case has not heard of it. */
  readonly cameBack: boolean
  /** How often it was told again though acknowledged. */
  readonly reAlarms: number
  /** Rises and clears too fast to tell each time. */
  readonly chattering: boolean
  /** When it last rose, at most three times, within `CHATTER_WINDOW`. */
  readonly activations: readonly TimeUs[]
  /** One of each kind and ref; the alarm reaches people only while there is none. */
  readonly suppression: readonly Suppression[]
}

/** The alarm of a key that nobody ever heard of. */
export const beforeFirstRaise: LifeCycleState = {
  condition: 'normal',
  evidence: 'good',
  level: 1,
  open: false,
  raise: 0,
  current: false,
  told: false,
  reached: false,
  acknowledged: true,
  confirmed: false,
  latched: false,
  hasCase: false,
  cameBack: false,
  reAlarms: 0,
  chattering: false,
  activations: [],
  suppression: [],
}

/** The regions in one word, for the journal and for refusals. */
export type Standing =
  | 'normal'
  | 'unacknowledged'
  | 'acknowledged'
  | 'returned_unacknowledged'
  /** Normal and acknowledged; a confirmation, a reset or a quiet minute is missing. */
  | 'returned_acknowledged'
  /** Raised in old data; the detector has not said yet that it is true of now. */
  | 'unannounced'
  /** A person saw it in the list and acknowledged it before the detector announced it. */
  | 'unannounced_acknowledged'

type Regions = Pick<LifeCycleState, 'open' | 'condition' | 'acknowledged' | 'current'>

export function standingOf({ open, condition, acknowledged, current }: Regions): Standing {
  if (!open) return 'normal'
  if (condition === 'normal') {
    return acknowledged ? 'returned_acknowledged' : 'returned_unacknowledged'
  }
  if (current) return acknowledged ? 'acknowledged' : 'unacknowledged'
  return acknowledged ? 'unannounced_acknowledged' : 'unannounced'
}

/** What people are shown: what stands in old data counts as standing. */
export type DisplayState = Exclude<Standing, 'unannounced' | 'unannounced_acknowledged'>

export function displayState(regions: Omit<Regions, 'current'>): DisplayState {
  const standing = standingOf({ ...regions, current: true })
  if (standing === 'unannounced') return 'unacknowledged'
  return standing === 'unannounced_acknowledged' ? 'acknowledged' : standing
}

/** States of ISA-18.2: A normal, B unacknowledged, C acknowledged, D returned unacknowledged, E shelved, F suppressed, G out of service. */
export type IsaLetter = 'A' | 'B' | 'C' | 'D' | 'E' | 'F' | 'G'

/**
 * The letter of ISA-18.2, which has one for each alarm although several may be true: out of service
 * hides suppressed, that hides shelved, that hides the rest. What is latched stands as if active;
 * what waits for a confirmation alone has returned.
 */
export function isaLetter(
  state: Pick<LifeCycleState, 'open' | 'condition' | 'acknowledged' | 'latched'>,
  kinds: readonly SuppressionKind[],
): IsaLetter {
  if (kinds.includes('outOfService')) return 'G'
  if (kinds.some((kind) => kind !== 'shelved' && kind !== 'shelvedOnce')) return 'F'
  if (kinds.length > 0) return 'E'
  if (!state.open) return 'A'
  if (state.condition === 'active' || state.latched) return state.acknowledged ? 'C' : 'B'
  return 'D'
}
