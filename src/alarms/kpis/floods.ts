import { FLOOD_ENDS_BELOW, FLOOD_STARTS_ABOVE, FLOOD_WINDOW } from '../flood.ts'
import { isWithin, type Window } from './facts.ts'

/** From the annunciation that was one too many until fewer than five are left in ten minutes. */
export interface Flood {
  readonly from: number
  readonly to: number
  /** Annunciations in it. */
  readonly count: number
}

/**
 * The floods of one desk. It begins with the annunciation that makes more than ten within ten
 * minutes and is over as soon as there are fewer than five, both seen over a sliding window, as
 * the service itself decides when it holds low priorities back.
 */
export function floodsOf(times: readonly number[]): readonly Flood[] {
  const ordered = times.toSorted((one, other) => one - other)
  const floods: { from: number; to: number; count: number }[] = []
  let first = 0
  for (const [i, at] of ordered.entries()) {
    while ((ordered[first] ?? at) <= at - FLOOD_WINDOW) first += 1
    const last = floods.at(-1)
    if (last !== undefined && at < last.to) {
      last.count += 1
      last.to = endOf(ordered, i)
    } else if (i - first + 1 > FLOOD_STARTS_ABOVE) {
      floods.push({ from: at, to: endOf(ordered, i), count: 1 })
    }
  }
  return floods
}

/** When only four of the annunciations up to `i` are left in the window. */
function endOf(ordered: readonly number[], i: number): number {
  const fifth = ordered[i - FLOOD_ENDS_BELOW + 1] ?? ordered[0] ?? 0
  return fifth + FLOOD_WINDOW
}

export interface FloodFigures {
  /** That began in the window. */
  readonly count: number
  /** µs of the window that were flood. */
  readonly time: number
  /** µs of the longest that touches the window, whole. */
  readonly longest: number
  /** Most annunciations in one of them. */
  readonly largest: number
}

/** Floods of several desks, each counted for itself. */
export function floodFigures(
  desks: readonly (readonly number[])[],
  window: Window,
): FloodFigures {
  const floods = desks
    .flatMap((times) => floodsOf(times))
    .filter(({ from, to }) => from < window.to && to > window.from)
  const most = (of: (flood: Flood) => number): number =>
    floods.reduce((highest, flood) => Math.max(highest, of(flood)), 0)
  return {
    count: floods.filter(({ from }) => isWithin(window, from)).length,
    time: floods.reduce(
      (sum, { from, to }) => sum + Math.min(to, window.to) - Math.max(from, window.from),
      0,
    ),
    longest: most(({ from, to }) => to - from),
    largest: most(({ count }) => count),
  }
}
