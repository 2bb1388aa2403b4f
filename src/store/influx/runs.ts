/** Neighbouring windows of equal width, which one `GROUP BY time` can answer. */
export interface Run {
  readonly start: number
  readonly width: number
  readonly count: number
  /** Index of its first window. */
  readonly window: number
}

/**
 * The windows between the edges as runs of equal width, without what lies before `from`. A year of
 * calendar days is five runs: two of them are the days on which the clock changes.
 */
export function runsOf(edges: readonly number[], from = -Infinity): readonly Run[] {
  const runs: Run[] = []
  for (let window = 0; window < edges.length - 1; window++) {
    const [left = 0, end = 0] = edges.slice(window, window + 2)
    const start = Math.max(left, from)
    if (start >= end) continue
    const last = runs.at(-1)
    if (last?.width === end - start)
      runs[runs.length - 1] = { ...last, count: last.count + 1 }
    else runs.push({ start, width: end - start, count: 1, window })
  }
  return runs
}
