import type { SuppressionKind } from '../suppression.ts'

/** What is measured, as the tables tell it. Times are µs; the order of rows does not matter. */
export interface KpiFacts {
  /** From a day before the window, so that a flood that runs into it is known. */
  readonly annunciations: readonly AnnunciationFact[]
  /** From a minute before the window, so that what clears at its start is known. */
  readonly moves: readonly MoveFact[]
  /** To a day after the window, or as far as there are any. */
  readonly acknowledgements: readonly AcknowledgementFact[]
  /** What was open at some time of the window. */
  readonly occurrences: readonly OccurrenceFact[]
  /** As they are now, whatever the window. */
  readonly suppressions: readonly SuppressionFact[]
  /** What citizens reported in the window. */
  readonly reports: readonly ReportFact[]
}

export interface OfAlarm {
  /** Id of the alarm: rule, asset and discriminator. */
  readonly alarm: string
  readonly rule: string
  readonly asset: string
  /** 1 to 4, as it is now. */
  readonly priority: number
}

/** People were told that it stands. */
export interface AnnunciationFact extends OfAlarm {
  /** When (processing time). */
  readonly at: number
  /** It had been acknowledged and was told again by the rule's time. */
  readonly again: boolean
  readonly raise: number
  /** When the record that caused it was heard; left out where no record did. */
  readonly heardAt?: number
}

/** It became active, or ceased to be (event time). */
export interface MoveFact extends OfAlarm {
  readonly kind: 'raised' | 'cleared' | 'withdrawn'
  readonly at: number
  /** Orders moves of one time. */
  readonly sequence: number
  readonly raise: number
  /** What kept it from people then. */
  readonly reasons: readonly SuppressionKind[]
}

export interface AcknowledgementFact extends OfAlarm {
  readonly at: number
}

export interface OccurrenceFact extends OfAlarm {
  /** Of its first raise. */
  readonly raisedAt: number
  /** Null while it stands. */
  readonly clearedAt: number | null
  /** What its case came to: `real`, `nuisance`, `no_fault_found`. */
  readonly outcome: string | null
}

export interface SuppressionFact extends OfAlarm {
  readonly kind: SuppressionKind
  readonly until: number | null
  readonly reason: string
}

/** The first report of a case by a person. */
export interface ReportFact {
  readonly at: number
  /** Null where nobody knows which. */
  readonly asset: string | null
  /** Some rule watches the asset, so an alarm could have been first. */
  readonly monitored: boolean
  /** The first raise of an alarm that tells of the same; null when there was none. */
  readonly raisedAt: number | null
}

/** From `from` up to, not including, `to`, in µs. */
export interface Window {
  readonly from: number
  readonly to: number
}

export function isWithin({ from, to }: Window, at: number): boolean {
  return at >= from && at < to
}

/** Rows of one alarm together. */
export function byAlarm<T extends OfAlarm>(
  rows: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  return Map.groupBy(rows, ({ alarm }) => alarm)
}

/** Ascending; what comes in from many places has no order. */
export function inOrder<T extends { readonly at: number }>(
  rows: readonly T[],
): readonly T[] {
  return rows.toSorted((one, other) => one.at - other.at)
}
