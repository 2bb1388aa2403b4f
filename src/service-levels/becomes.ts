import type { LevelOf } from './clocks.ts'
import type { Neighbours } from './neighbours.ts'

/** What stands around a case. */
export interface Surroundings {
  readonly neighbours: Neighbours
  /** Assets with an open case of the same join class, the case's own among them. */
  readonly out: ReadonlySet<string>
  /** Of a group: how many assets it is about. */
  readonly gathered: number
}

/** Levels that lead to levels that lead to levels. */
const MOST_STEPS = 5

/**
 * The level a case has once its surroundings count: three lamps in a row are another fault than one.
 * Pure. The first of the level's `becomes` that holds leads on, and that level's own may lead further.
 */
export function levelAmong(
  level: string,
  asset: string | null,
  levels: LevelOf,
  around: Surroundings,
): string {
  let name = level
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const next = levels(name)?.becomes.find(
      ({ when, atLeast }) => counts[when](asset, around) >= atLeast,
    )
    if (next === undefined || next.level === name) return name
    name = next.level
  }
  return name
}

const counts: Readonly<
  Record<
    'in_a_row' | 'group' | 'dark_street',
    (asset: string | null, around: Surroundings) => number
  >
> = {
  in_a_row: (asset, around) => (asset === null ? 0 : row(asset, around).size),
  group: (_asset, { gathered }) => gathered,
  dark_street(asset, { neighbours, out }) {
    const street = asset === null ? [] : neighbours.inStreet(asset)
    return street.every((one) => out.has(one)) ? street.length : 0
  },
}

/** Those that are out, from one to the next along the feeder; empty when it is not out itself. */
function row(asset: string, { neighbours, out }: Surroundings): ReadonlySet<string> {
  const found = new Set<string>(out.has(asset) ? [asset] : [])
  // A set hears of what is added while it is gone through.
  for (const one of found) {
    for (const other of neighbours.beside(one)) {
      if (out.has(other)) found.add(other)
    }
  }
  return found
}
