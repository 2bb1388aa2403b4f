import type { CaseFact, ReportFact, Window } from './facts.ts'
import type { Month } from './months.ts'
import { Tally } from './tally.ts'
import type { StatisticsGroup, StatisticsReport } from './views.ts'

/** Groups that one answer shows; what is beyond counts in the total alone. */
export const GROUPS_MAX = 1_000

export interface Asked extends Window {
  readonly by: StatisticsGroup | null
  /** The months of the window, where they are asked for. */
  readonly months: readonly Month[]
}

/** A group before anybody has named it. */
type Counted = Omit<StatisticsReport['groups'][number], 'name'>

/** Counts the whole window and each group of it at once, fact by fact. */
export class Statistics {
  readonly #asked: Asked
  readonly #total: Tally
  readonly #groups = new Map<string, Tally>()
  readonly #months: readonly (readonly [Month, Tally])[]

  constructor(asked: Asked) {
    this.#asked = asked
    this.#total = new Tally(asked)
    this.#months = asked.months.map((month) => [month, new Tally(month)])
  }

  report(fact: ReportFact): void {
    this.#total.report(fact)
    for (const [, tally] of this.#months) tally.report(fact)
    const key = this.#keyOfReport(fact)
    if (key !== undefined) this.#group(key)?.report(fact)
  }

  case(fact: CaseFact): void {
    this.#total.case(fact)
    for (const [month, tally] of this.#months) {
      const isOver = fact.closedAt !== null && fact.closedAt < month.from
      if (!isOver && fact.openedAt < month.to) tally.case(fact)
    }
    const key = this.#keyOfCase(fact)
    if (key !== undefined) this.#group(key)?.case(fact)
  }

  done(): Pick<StatisticsReport, 'by' | 'total'> & { readonly groups: readonly Counted[] } {
    const months = this.#months.map(([{ key }, tally]) => group(key, tally))
    const others = [...this.#groups].map(([key, tally]) => group(key, tally))
    const largestFirst = others.toSorted(
      (a, b) => sizeOf(b) - sizeOf(a) || (a.key < b.key ? -1 : 1),
    )
    const groups = [...months, ...largestFirst]
    return { by: this.#asked.by, total: this.#total.figures(), groups }
  }

  #keyOfReport(fact: ReportFact): string | undefined {
    switch (this.#asked.by) {
      case 'source':
      case 'category':
        return fact[this.#asked.by]
      case 'area':
      case 'unit':
      case 'contractor':
        return fact[this.#asked.by] ?? ''
      // A report is not closed, so it has no reason; months are counted apart.
      case 'reason':
      case 'month':
      case null:
        return undefined
    }
  }

  #keyOfCase(fact: CaseFact): string | undefined {
    switch (this.#asked.by) {
      case 'category':
        return fact.category
      case 'area':
      case 'unit':
      case 'contractor':
        return fact[this.#asked.by] ?? ''
      case 'reason':
        return fact.reason ?? undefined
      // A case has many sources, so its work is said of the whole alone.
      case 'source':
      case 'month':
      case null:
        return undefined
    }
  }

  #group(key: string): Tally | undefined {
    const known = this.#groups.get(key)
    if (known !== undefined) return known
    if (this.#groups.size >= GROUPS_MAX) return undefined
    const made = new Tally(this.#asked)
    this.#groups.set(key, made)
    return made
  }
}

function group(key: string, tally: Tally): Counted {
  return { key, figures: tally.figures() }
}

function sizeOf({ figures }: Counted): number {
  return figures.cases.opened + figures.reports.people
}
