import type { HistoryView } from '../../api/views.ts'

/** Times in seconds and one value each, null where the line is broken. */
export interface Line {
  readonly times: readonly number[]
  readonly values: readonly (number | null)[]
}

/** A pause longer than so many usual distances between samples is a gap. */
const GAP_FACTOR = 5
/** And no shorter pause than this, in seconds. */
const GAP_MIN_S = 600

type Sample = HistoryView['pieces'][number]['samples'][number]

/**
 * A line to draw. Bad readings are holes, never values; so are pauses, and the change from one
 * device to the next. Truth is drawn as 1 and falsehood as 0; words cannot be drawn.
 */
export function lineOf(pieces: HistoryView['pieces']): Line {
  const times: number[] = []
  const values: (number | null)[] = []
  for (const { samples } of pieces) {
    const pause = Math.max(GAP_MIN_S, GAP_FACTOR * usualDistance(samples))
    let before = -Infinity
    for (const sample of samples) {
      const at = Date.parse(sample.at) / 1_000
      const last = times.at(-1)
      // A drawing goes forward in time only.
      if (last !== undefined && at <= last) continue
      if (last !== undefined && at - before > pause) {
        times.push((last + at) / 2)
        values.push(null)
      }
      times.push(at)
      values.push(drawable(sample))
      before = at
    }
  }
  return { times, values }
}

/** Can anything of it be drawn? */
export function isDrawable({ values }: Line): boolean {
  return values.some((value) => value !== null)
}

function drawable({ value, quality }: Sample): number | null {
  if (quality === 'bad') return null
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** The median distance between neighbours, in seconds. */
function usualDistance(samples: readonly Sample[]): number {
  const distances = samples
    .slice(1)
    .map(({ at }, index) => Date.parse(at) - Date.parse(samples[index]?.at ?? at))
    .toSorted((a, b) => a - b)
  return (distances[Math.floor(distances.length / 2)] ?? 0) / 1_000
}
