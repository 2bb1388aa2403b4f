/**
 * How long a condition must hold. Pure: the delays are measured elsewhere and arrive as `elapsed`.
 *
 *   NORMAL ──true──► PENDING ──elapsed──► ACTIVE ──false──► CLEARING ──elapsed──► NORMAL
 *     ▲                 │                   ▲                  │
 *     └───false, cut────┘                   └───────true───────┘
 */
export type Phase = 'NORMAL' | 'PENDING' | 'ACTIVE' | 'CLEARING'

/** In the order of their numbers in the detector's columns. */
export const phases = [
  'NORMAL',
  'PENDING',
  'ACTIVE',
  'CLEARING',
] as const satisfies readonly Phase[]

export type Signal =
  /** The condition was found TRUE. */
  | 'true'
  /** The condition was found FALSE. */
  | 'false'
  /** The evidence went UNKNOWN or had a hole longer than `maxGap`, and the rule resets on that. */
  | 'cut'
  /** The delay of the phase has run out. */
  | 'elapsed'
  /** The rule or the asset is gone, or the new text of the rule does not hold. */
  | 'retired'

export interface Step {
  readonly to: Phase
  readonly event?: 'raised' | 'cleared' | 'withdrawn'
}

/** Every phase under every signal; there is no other way from one phase to another. */
export const holding: Readonly<Record<Phase, Readonly<Record<Signal, Step>>>> = {
  NORMAL: {
    true: { to: 'PENDING' },
    false: { to: 'NORMAL' },
    cut: { to: 'NORMAL' },
    elapsed: { to: 'NORMAL' },
    retired: { to: 'NORMAL' },
  },
  PENDING: {
    true: { to: 'PENDING' },
    false: { to: 'NORMAL' },
    cut: { to: 'NORMAL' },
    elapsed: { to: 'ACTIVE', event: 'raised' },
    retired: { to: 'NORMAL' },
  },
  ACTIVE: {
    true: { to: 'ACTIVE' },
    false: { to: 'CLEARING' },
    cut: { to: 'ACTIVE' },
    elapsed: { to: 'ACTIVE' },
    retired: { to: 'NORMAL', event: 'withdrawn' },
  },
  CLEARING: {
    true: { to: 'ACTIVE' },
    false: { to: 'CLEARING' },
    cut: { to: 'CLEARING' },
    elapsed: { to: 'NORMAL', event: 'cleared' },
    retired: { to: 'NORMAL', event: 'withdrawn' },
  },
}
