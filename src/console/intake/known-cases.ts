import type { CaseState, CaseView, SuggestionView } from '../../cases/views.ts'

/** An open case that whoever reports may mean. */
export interface KnownCase {
  readonly id: string
  readonly number: string
  readonly state: CaseState
  readonly category: Readonly<Record<string, string>>
  readonly openedAt: string
  /** To the next ten; 0 at the same thing. */
  readonly metres: number
  /** May a report be added to it by hand? Only where everybody may know of it. */
  readonly joinable: boolean
}

/** What lies near and what is open at the asset itself, each once; the nearest first. Pure. */
export function knownCases(
  suggestions: readonly SuggestionView[],
  atAsset: readonly CaseView[],
): readonly KnownCase[] {
  const near = suggestions.map((one) => asKnown(one, one.metres, true))
  const ids = new Set(near.map(({ id }) => id))
  const others = atAsset
    .filter(({ id, mergedInto }) => !ids.has(id) && !ids.has(mergedInto ?? ''))
    .map((one) => asKnown(one, 0, false))
  return [...near, ...others].toSorted((a, b) => a.metres - b.metres)
}

function asKnown(
  { id, number, state, category, openedAt }: SuggestionView | CaseView,
  metres: number,
  joinable: boolean,
): KnownCase {
  return { id, number, state, category: category.name, openedAt, metres, joinable }
}
