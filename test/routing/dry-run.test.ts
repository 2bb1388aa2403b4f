import { expect, it } from 'vitest'
import { createCalendar } from '../../src/calendar/calendar.ts'
import { route } from '../../src/cases/category.ts'
import { timeUs } from '../../src/domain/time.ts'
import { compileRoutes } from '../../src/routing/compile.ts'
import { dryRun, type PastCase } from '../../src/routing/dry-run.ts'

const units = new Map(['light', 'park'].map((id) => [id, {}]))
const draft = compileRoutes(
  {
    routes: [
      { order: 1, when: { category: 'dark' }, unit: 'light' },
      { order: 2, when: { category: 'litter' }, unit: 'park' },
      { order: 3, when: { category: 'ice' }, unit: 'gone' },
    ].map((one) => route.parse(one)),
    units,
    categories: new Map(),
    areas: new Map(),
    assets: new Map(),
  },
  createCalendar('Europe/Stockholm'),
)

function past(n: number, category: string, went: string | null): PastCase {
  return {
    id: `case-${n}`,
    number: `N-${n}`,
    at: timeUs(n),
    went,
    about: { category, asset: null, place: null, source: 'web' },
  }
}

it('counts who got cases and who would, and lists what would go elsewhere', async () => {
  const found = await dryRun(draft, [
    [past(1, 'dark', 'light'), past(2, 'dark', 'park')],
    [past(3, 'litter', null), past(4, 'ice', 'park'), past(5, 'dark', 'park')],
  ])
  expect(found).toEqual({
    cases: 5,
    changed: 4,
    moves: [
      { from: 'park', to: 'light', count: 2 },
      { from: null, to: 'park', count: 1 },
      { from: 'park', to: null, count: 1 },
    ],
    units: [
      { unit: null, went: 1, would: 1 },
      { unit: 'light', went: 1, would: 3 },
      { unit: 'park', went: 3, would: 1 },
    ],
    changes: [
      { id: 'case-2', number: 'N-2', from: 'park', to: 'light', order: 1 },
      { id: 'case-3', number: 'N-3', from: null, to: 'park', order: 2 },
      { id: 'case-4', number: 'N-4', from: 'park', to: null, order: 3 },
      { id: 'case-5', number: 'N-5', from: 'park', to: 'light', order: 1 },
    ],
    taken: { 1: 3, 2: 1, 3: 1 },
    broken: [{ slug: null, order: 3, unit: 'gone' }],
  })
})

it('looks at 1,000 cases and lists 200, however many there are', async () => {
  let pages = 0
  function* many(): Generator<readonly PastCase[]> {
    for (;;) {
      pages += 1
      yield Array.from({ length: 300 }, (_, n) => past(n, 'dark', 'park'))
    }
  }
  const { cases, changed, changes } = await dryRun(draft, many())
  expect([cases, changed, changes.length, pages]).toEqual([1_000, 1_000, 200, 4])
})
