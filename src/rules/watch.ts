import type { PointId } from '../domain/ids.ts'
import type { Quality, Reading, Value } from '../domain/reading.ts'
import type { SilenceJudge, ValueJudge } from './conditions/judge.ts'
import { judgeOf } from './conditions/registry.ts'
import type { RuleTarget } from './detector.ts'
import { maxGapOf } from './freshness.ts'
import type { Phase } from './holding.ts'

/**
 * What the detector remembers of one rule on one asset. Changed in place, for a reading in which
 * nothing happens must not cost an allocation; nothing outside `src/rules` ever sees one.
 * Times are µs in plain numbers, -Infinity for "never".
 */
interface Watched {
  readonly target: RuleTarget
  /** Its place among the targets of this version, sorted by rule and asset. */
  readonly index: number
  phase: Phase
  /** PENDING and CLEARING: when the delay began, moved forward by what does not count. */
  onset: number
  /** ACTIVE and CLEARING: when the alarm began. */
  raisedAt: number
  /** False while the raise is known from historical data only. */
  announced: boolean
  /** ACTIVE and CLEARING: `evidence_lost` was said and `evidence_back` was not. */
  lost: boolean
}

/** What the value of the newest reading was; a boolean is judged as 0 or 1. */
type Form = 'number' | 'boolean' | 'text' | 'none'

/** Judged by the value of one point, in event time. */
export interface ValueWatch extends Watched {
  readonly clock: 'event'
  readonly judge: ValueJudge
  readonly point: PointId | undefined
  readonly maxGap: number
  /** A timer found the evidence too old; no timer can help before the next reading. */
  parked: boolean
  /** The newest reading is UNKNOWN, or there is none of this point. */
  blank: boolean
  /** Effective time of the newest reading of the point. */
  at: number
  /** Effective time of the newest reading that was not UNKNOWN. */
  known: number
  /** NaN when the form has no number. */
  value: number
  form: Form
  quality: Quality
  /** The value, when the form is text. */
  text: string
}

/** Judged by how long the devices were silent, in processing time. */
export interface SilenceWatch extends Watched {
  readonly clock: 'processing'
  readonly judge: SilenceJudge
  /** When one of the devices was last heard. */
  heard: number
  /** When the service began to listen to these devices. */
  listening: number
}

export type Watch = ValueWatch | SilenceWatch

/** A watch that knows nothing yet. `now` is when its version was activated, in µs. */
export function freshWatch(target: RuleTarget, index: number, now: number): Watch {
  const judge = judgeOf(target.rule.condition)
  const watched = {
    target,
    index,
    phase: 'NORMAL',
    onset: -Infinity,
    raisedAt: -Infinity,
    announced: true,
    lost: false,
  } as const
  if (judge.clock === 'processing') {
    return { ...watched, clock: 'processing', judge, heard: -Infinity, listening: now }
  }
  return {
    ...watched,
    clock: 'event',
    judge,
    point: target.points.get(judge.role),
    maxGap: maxGapOf(target),
    parked: false,
    known: -Infinity,
    ...noReading,
  }
}

/** The memory of a point that has not spoken. */
const noReading = {
  blank: true,
  at: -Infinity,
  value: Number.NaN,
  form: 'none',
  quality: 'bad',
  text: '',
} as const

/** Keeps the reading as the newest of its point. */
export function remember(
  watch: ValueWatch,
  { value, quality, effective }: Pick<Reading, 'value' | 'quality' | 'effective'>,
): void {
  watch.at = effective
  watch.quality = quality
  if (typeof value === 'number') {
    // Adding 0 makes -0 a plain 0, which JSON would do anyway.
    watch.value = value + 0
    watch.form = 'number'
  } else if (typeof value === 'boolean') {
    watch.value = value ? 1 : 0
    watch.form = 'boolean'
  } else {
    watch.value = Number.NaN
    watch.form = value === null ? 'none' : 'text'
    watch.text = value ?? ''
  }
  watch.blank = quality === 'bad' || !Number.isFinite(watch.value)
}

/** The value of the newest reading as it was said. A number that is not finite was no value. */
export function valueOf({ form, value, text }: ValueWatch): Value {
  switch (form) {
    case 'number':
      return Number.isFinite(value) ? value : null
    case 'boolean':
      return value === 1
    case 'text':
      return text
    case 'none':
      return null
  }
}

/** Is this the very reading we have? Its time is known to be the same. */
export function isSameReading(watch: ValueWatch, { value, quality }: Reading): boolean {
  if (quality !== watch.quality) return false
  if (typeof value !== 'number') return value === valueOf(watch)
  return watch.form === 'number' && (value === watch.value || watch.blank)
}
