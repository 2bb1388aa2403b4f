/** One time an alarm stood: µs, `end` undefined while it still does. */
export interface Episode {
  readonly raisedAt: number
  readonly end: number | undefined
}

/** What must be said so that who was told one story knows the other. */
export type Amendment =
  /** An alarm that stands and was not known. */
  | { readonly event: 'raised'; readonly at: number }
  /** One that came and went unseen. */
  | { readonly event: 'missed'; readonly raisedAt: number; readonly end: number }
  /** One that was told would not have been (`at` is its raise), or one more would have (`at` is that). */
  | { readonly event: 'corrected'; readonly at: number }
  /** The alarm that stands for everybody does not. */
  | { readonly event: 'cleared'; readonly at: number }

/**
 * Compares what was told with what would have been told in the right order, both the oldest first,
 * only the last of each possibly open. An episode that overlaps one of the other story is the same
 * alarm, and nothing is said of it, whatever its times. `at`: the late reading, µs.
 */
export function amend(
  told: readonly Episode[],
  actual: readonly Episode[],
  at: number,
): readonly Amendment[] {
  const pairs = match(told, actual)
  const said: Amendment[] = []
  told.forEach(({ raisedAt, end }, index) => {
    if (end !== undefined && !pairs.has(index))
      said.push({ event: 'corrected', at: raisedAt })
  })
  const last = told.at(-1)
  const standing = last !== undefined && last.end === undefined ? last : undefined
  const partner = standing === undefined ? undefined : pairs.get(told.length - 1)
  const matched = new Set(pairs.values())
  let isOpen = standing !== undefined
  if (standing !== undefined && partner === undefined) {
    said.push({ event: 'corrected', at: standing.raisedAt })
    said.push({ event: 'cleared', at: Math.max(standing.raisedAt, at) })
    isOpen = false
  }
  actual.forEach((episode, index) => {
    const { raisedAt, end } = episode
    if (index === partner && standing !== undefined) {
      if (end === undefined) return
      said.push({ event: 'cleared', at: Math.max(standing.raisedAt, end) })
      isOpen = false
    } else if (!matched.has(index)) {
      // A raise while the alarm stands would be a second one of the same alarm.
      if (isOpen) said.push({ event: 'corrected', at: raisedAt })
      else if (end === undefined) said.push({ event: 'raised', at: raisedAt })
      else said.push({ event: 'missed', raisedAt, end })
    } else if (end === undefined && !isOpen) {
      // Told as over, and yet it stands.
      said.push({ event: 'raised', at: raisedAt })
    }
  })
  return said
}

/** Index of each told episode → of the true one it is; each true one at most once. */
function match(
  told: readonly Episode[],
  actual: readonly Episode[],
): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>()
  let from = 0
  told.forEach((one, index) => {
    for (let other = from; other < actual.length; other += 1) {
      const candidate = actual[other]
      if (candidate === undefined || !overlap(one, candidate)) continue
      pairs.set(index, other)
      from = other + 1
      return
    }
  })
  return pairs
}

function overlap(a: Episode, b: Episode): boolean {
  return a.raisedAt <= (b.end ?? Infinity) && b.raisedAt <= (a.end ?? Infinity)
}
