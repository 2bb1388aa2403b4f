/** Longest text that is compared. */
const longest = 200

/**
 * The candidate most like a text, for "did you mean"; undefined when none is near: capitals aside, at
 * most a third of the letters differ. At most 1,000 candidates are looked at.
 */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  const wanted = text.toLowerCase().slice(0, longest)
  let best: string | undefined
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1
  for (const candidate of candidates.slice(0, 1_000)) {
    const away = distance(wanted, candidate.toLowerCase().slice(0, longest))
    if (away >= least) continue
    least = away
    best = candidate
  }
  return best
}

/** Letters to insert, remove or replace to make one text of the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let index = 0; index < one.length; index += 1) {
    const next = [index + 1]
    for (let at = 0; at < other.length; at += 1) {
      const replaced = (row[at] ?? 0) + (one[index] === other[at] ? 0 : 1)
      next.push(Math.min(replaced, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
