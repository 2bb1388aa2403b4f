/** Something wrong in a configuration file, with the place where a person can mend it. */
export interface Mistake {
  /** As it was given, relative to the organisation's folder. */
  readonly file: string
  /** 1 and up. */
  readonly line: number
  /** 1 and up, in UTF-16 units. */
  readonly column: number
  readonly what: string
  readonly why?: string
  readonly next?: string
}

/** No more than this many are reported at once; the rest follow when these are mended. */
export const MAX_MISTAKES = 100

/** By file and place, without repetitions, at most `MAX_MISTAKES`. */
export function inReadingOrder(mistakes: readonly Mistake[]): Mistake[] {
  const once = new Map(mistakes.map((mistake) => [mistakeText(mistake), mistake]))
  return [...once.values()]
    .toSorted(
      (a, b) => compareText(a.file, b.file) || a.line - b.line || a.column - b.column,
    )
    .slice(0, MAX_MISTAKES)
}

/** One line for the terminal: `assets.yaml:12:5: what (why); next`. */
export function mistakeText({ file, line, column, what, why, next }: Mistake): string {
  const reason = why === undefined ? '' : ` (${why})`
  const advice = next === undefined ? '' : `; ${next}`
  return `${file}:${line}:${column}: ${what}${reason}${advice}`
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** The candidate a person most likely meant; undefined when none is near (a third of the letters). */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance && candidate !== name) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** ` did you mean …` as the advice of a mistake, or nothing. */
export function suggestion(
  name: string,
  candidates: Iterable<string>,
): { readonly next?: string } {
  const near = nearest(name, candidates)
  return near === undefined ? {} : { next: `did you mean "${near}"?` }
}

/** Insertions, deletions and replacements between two names of at most 200 characters. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(replaced, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
    previous = row
  }
  return previous.at(-1) ?? 0
}
