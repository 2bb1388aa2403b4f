import type { TimeUs } from '../domain/time.ts'
import type { BrokenRoute, CompiledRoutes, Routable } from './routing.ts'

/** Cases looked at, and changes listed one by one. */
export const CASES_AT_MOST = 1_000
const LISTED_AT_MOST = 200

/** A case as it was when it was opened. */
export interface PastCase {
  readonly id: string
  readonly number: string
  readonly about: Routable
  readonly at: TimeUs
  /** The unit the routes gave it to then; null was triage. */
  readonly went: string | null
}

/** A case that would go elsewhere. */
export interface Change {
  readonly id: string
  readonly number: string
  readonly from: string | null
  readonly to: string | null
  /** `order` of the route that would take it. */
  readonly order: number | null
}

export interface DryRun {
  /** How many were looked at: the newest, 1,000 at most. */
  readonly cases: number
  readonly changed: number
  /** How many went and would go from one unit to another, the most first; null is triage. */
  readonly moves: readonly {
    readonly from: string | null
    readonly to: string | null
    readonly count: number
  }[]
  /** How many each unit got and would get, by unit; null is triage. */
  readonly units: readonly {
    readonly unit: string | null
    readonly went: number
    readonly would: number
  }[]
  /** The first 200 that would go elsewhere. */
  readonly changes: readonly Change[]
  /** How many each route would take, by `order`; a route that takes nothing may be one too many. */
  readonly taken: Readonly<Record<string, number>>
  readonly broken: readonly BrokenRoute[]
}

/**
 * Where past cases went and where a draft of the routes would send them. Takes pages as they come,
 * so that the cases need not be held together, and stops after 1,000 of them.
 */
export async function dryRun(
  draft: CompiledRoutes,
  pages: AsyncIterable<readonly PastCase[]> | Iterable<readonly PastCase[]>,
): Promise<DryRun> {
  const seen = new Tally()
  for await (const page of pages) {
    for (const one of page.slice(0, CASES_AT_MOST - seen.cases)) {
      const { unit, order } = draft.route(one.about, one.at)
      seen.add(one, { unit, order })
    }
    if (seen.cases >= CASES_AT_MOST) break
  }
  return { ...seen.result(), broken: draft.broken }
}

class Tally {
  cases = 0
  readonly #moves = new Map<
    string,
    { from: string | null; to: string | null; count: number }
  >()
  readonly #units = new Map<string | null, { went: number; would: number }>()
  readonly #taken = new Map<string, number>()
  readonly #changes: Change[] = []

  add(
    { id, number, went }: PastCase,
    to: Pick<Change, 'order'> & { unit: string | null },
  ): void {
    this.cases += 1
    this.#unit(went).went += 1
    this.#unit(to.unit).would += 1
    if (to.order !== null) {
      const order = String(to.order)
      this.#taken.set(order, (this.#taken.get(order) ?? 0) + 1)
    }
    if (to.unit === went) return
    const key = JSON.stringify([went, to.unit])
    const move = this.#moves.get(key) ?? { from: went, to: to.unit, count: 0 }
    move.count += 1
    this.#moves.set(key, move)
    if (this.#changes.length >= LISTED_AT_MOST) return
    this.#changes.push({ id, number, from: went, to: to.unit, order: to.order })
  }

  result(): Omit<DryRun, 'broken'> {
    const moves = [...this.#moves.values()].toSorted((a, b) => b.count - a.count)
    return {
      cases: this.cases,
      changed: moves.reduce((sum, { count }) => sum + count, 0),
      moves,
      units: [...this.#units]
        .map(([unit, { went, would }]) => ({ unit, went, would }))
        .toSorted((a, b) => ((a.unit ?? '') < (b.unit ?? '') ? -1 : 1)),
      changes: this.#changes,
      taken: Object.fromEntries(this.#taken),
    }
  }

  #unit(unit: string | null): { went: number; would: number } {
    const counts = this.#units.get(unit) ?? { went: 0, would: 0 }
    this.#units.set(unit, counts)
    return counts
  }
}
