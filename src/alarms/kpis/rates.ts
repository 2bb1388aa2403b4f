import { HOUR, MINUTE } from '../../domain/time.ts'
import { isWithin, type Window } from './facts.ts'

/** The slot in which rates are counted: EEMUA 191 and ISA-18.2 speak of ten minutes. */
export const SLOT_US = 10 * MINUTE

/** So many of something in the piece of time that begins at `from`. */
export interface Slot {
  readonly from: number
  readonly count: number
}

/**
 * What happened per piece of time on a fixed grid counted from 1970 UTC, without the empty ones,
 * ascending. Two windows that meet at an edge of the grid add up to the whole.
 */
export function slotsOf(
  times: readonly number[],
  window: Window,
  length: number = SLOT_US,
): readonly Slot[] {
  const counts = new Map<number, number>()
  for (const at of times) {
    if (!isWithin(window, at)) continue
    const from = Math.floor(at / length) * length
    counts.set(from, (counts.get(from) ?? 0) + 1)
  }
  return [...counts]
    .map(([from, count]) => ({ from, count }))
    .toSorted((one, other) => one.from - other.from)
}

/** Pieces of the grid that the window touches; those at its ends may be cut. */
export function slotCount({ from, to }: Window, length: number = SLOT_US): number {
  return to <= from ? 0 : Math.ceil(to / length) - Math.floor(from / length)
}

/** How many slots had how many, the empty ones first: what an average hides. */
export function distributionOf(
  slots: readonly Slot[],
  window: Window,
): readonly { readonly count: number; readonly slots: number }[] {
  const distribution = new Map([[0, slotCount(window) - slots.length]])
  for (const { count } of slots) {
    distribution.set(count, (distribution.get(count) ?? 0) + 1)
  }
  return [...distribution]
    .filter(([, some]) => some > 0)
    .map(([count, some]) => ({ count, slots: some }))
    .toSorted((one, other) => one.count - other.count)
}

/**
 * The most within any ten minutes that end in the window, `(t - 10 min, t]`; never less than the
 * fullest slot.
 */
export function slidingMax(times: readonly number[], window: Window): number {
  const ordered = times.toSorted((one, other) => one - other)
  let first = 0
  let most = 0
  for (const [i, at] of ordered.entries()) {
    while ((ordered[first] ?? at) <= at - SLOT_US) first += 1
    if (isWithin(window, at)) most = Math.max(most, i - first + 1)
  }
  return most
}

/** The last ten minutes of the window. */
export function currentRate(times: readonly number[], { to }: Window): number {
  return times.filter((at) => at >= to - SLOT_US && at < to).length
}

/** The fullest piece of the grid; undefined when nothing happened. */
export function peak(
  times: readonly number[],
  window: Window,
  per: 'hour' | 'minute',
): Slot | undefined {
  const slots = slotsOf(times, window, per === 'hour' ? HOUR : MINUTE)
  return slots.reduce<Slot | undefined>(
    (most, slot) => (most === undefined || slot.count > most.count ? slot : most),
    undefined,
  )
}

/** The smallest value that `share` (0 to 1) of them do not exceed; null of none. Nearest rank. */
export function percentile(values: readonly number[], share: number): number | null {
  const ordered = values.toSorted((one, other) => one - other)
  return ordered[Math.max(0, Math.ceil(share * ordered.length) - 1)] ?? null
}

/** Times of rows, ascending. As numbers in one block, because there may be 100,000. */
export function timesOf(rows: readonly { readonly at: number }[]): readonly number[] {
  return Array.from(Float64Array.from(rows, ({ at }) => at).toSorted())
}

/** Index of the first of these ascending times that is at or after `at`; their number when none is. */
export function firstFrom(times: readonly number[], at: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? at) < at) low = middle + 1
    else high = middle
  }
  return low
}
