import { expect, it } from 'vitest'
import type { CaseView, SuggestionView } from '../../../src/cases/views.ts'
import { knownCases } from '../../../src/console/intake/known-cases.ts'

const category = { id: 'light', name: { sv: 'Lampa' } }
const openedAt = '2026-11-20T14:05:00.000Z'

function near(id: string, metres: number): SuggestionView {
  return { id, number: id, state: 'received', category, metres, openedAt, photo: null }
}

function atAsset(id: string, mergedInto: string | null = null): CaseView {
  return {
    id,
    number: id,
    kind: 'single',
    state: 'assigned',
    closingReason: null,
    category,
    asset: null,
    place: null,
    unit: null,
    matter: 'fault',
    priority: 'normal',
    assignee: null,
    contractor: null,
    mergedInto,
    dueAt: null,
    verify: false,
    version: 1,
    openedAt,
    changedAt: openedAt,
    closedAt: null,
    reports: { alarm: 0, human: 1 },
    assets: 0,
  }
}

it('lists what is near and what is at the asset once, the nearest first', () => {
  const found = knownCases(
    [near('street', 40), near('own', 0)],
    [atAsset('own'), atAsset('hidden'), atAsset('merged', 'street')],
  )
  expect(found.map(({ id, metres, joinable }) => [id, metres, joinable])).toEqual([
    ['own', 0, true],
    ['hidden', 0, false],
    ['street', 40, true],
  ])
})

it('has nothing where nothing is known', () => {
  expect(knownCases([], [])).toEqual([])
})
