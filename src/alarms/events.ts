import type { TimeUs } from '../domain/time.ts'
import type { DetectorEvent } from '../domain/transition.ts'
import type { Announcement, RuleFacts } from './alarms.ts'
import type { LifeCycleState } from './state.ts'
import type { Suppression, SuppressionKind } from './suppression.ts'

/** What the life-cycle needs of a rule. */
export type Policy = Pick<
  RuleFacts,
  'confirm' | 'acknowledge' | 'requireConfirm' | 'latching' | 'reAlarm'
>

/** What the detector says, or a source of an alarm of its own. */
export interface DetectorSays {
  readonly kind: DetectorEvent
  readonly historical: boolean
  readonly at: TimeUs
  readonly level: number
  /** Who knows of it already is told of a raise as an update: the same things fall and rise together. */
  readonly repeatsAreUpdates?: true
  /** Why a raise shall not reach people now. */
  readonly reasons?: readonly Suppression[]
  /** The last occurrence, closed so short a while ago that a raise continues it. */
  readonly continues?: Pick<LifeCycleState, 'hasCase' | 'reached'>
}

/** What people ask. */
export type PersonAsks =
  | { readonly kind: 'acknowledge'; readonly raise: number }
  | { readonly kind: 'unacknowledge' }
  /** `same`: the person who asks is the one who acknowledged. */
  | { readonly kind: 'confirm'; readonly same: boolean }
  | { readonly kind: 'reset' }
  | { readonly kind: 'shelve'; readonly reason: Suppression }
  | { readonly kind: 'unshelve' }
  | { readonly kind: 'out_of_service'; readonly reason: Suppression }
  | { readonly kind: 'in_service' }
  | { readonly kind: 'comment' }
  | { readonly kind: 'case_opened' }

/** What comes by itself: timers, other alarms, planned work. Never refused. */
export type WorldBrings =
  | { readonly kind: 'suppress'; readonly reason: Suppression }
  | { readonly kind: 'unsuppress'; readonly which: Which }
  /** The time of a reason is over. */
  | { readonly kind: 'ended'; readonly which: Which; readonly now: TimeUs }
  | { readonly kind: 're_alarm' }
  /** A chattering alarm has not moved for a while. */
  | { readonly kind: 'quiet' }
  /** More assets belong to it. */
  | { readonly kind: 'gathered' }

export interface Which {
  readonly kind: SuppressionKind
  readonly ref: string
}

/** Everything that moves an alarm. */
export type LifeCycleEvent = DetectorSays | PersonAsks | WorldBrings

/** What a step asks of the world, in this order. */
export type LifeCycleEffect =
  | 'open_occurrence'
  /** The last occurrence goes on: it was closed only just now. */
  | 'reopen_occurrence'
  /** A new raise inside the open occurrence: what was cleared stands again. */
  | 'reraise'
  | 'acknowledge'
  | 'unacknowledge'
  | 'confirm'
  | 'reset'
  /** People are told that it stands. */
  | 'annunciate'
  /** Asked for by a person or the rule's policy; or the alarm of a case came back. */
  | 'open_case'
  | 'clear'
  /** The case learns that it cleared. */
  | 'clear_case'
  | 'correct'
  | 'chatter'
  | `tell_${Announcement['kind']}`
  | `close_${CloseReason}`

/** How an occurrence ended. */
export type CloseReason =
  | 'cleared'
  | 'acknowledged'
  | 'confirmed'
  | 'reset'
  | 'withdrawn'
  /** The rule asks for less than it did. */
  | 'settled'

/** Why a person's command cannot be carried out. */
export type Refusal =
  | 'not_open'
  | 'already_acknowledged'
  | 'another_raise'
  | 'has_case'
  | 'not_acknowledged'
  | 'confirm_not_required'
  | 'already_confirmed'
  | 'same_person'
  | 'not_confirmed'
  | 'not_latched'
  | 'still_active'
  | 'already_shelved'
  | 'not_shelved'
  | 'already_out_of_service'
  | 'not_out_of_service'

export type Advance =
  | {
      readonly ok: true
      readonly state: LifeCycleState
      readonly effects: readonly LifeCycleEffect[]
    }
  | { readonly ok: false; readonly refusal: Refusal; readonly state: LifeCycleState }

/** A step in the making. */
export interface Draft {
  readonly state: LifeCycleState
  readonly effects: readonly LifeCycleEffect[]
}
