import fc from 'fast-check'
import { expect, it } from 'vitest'
import { route, type Route } from '../../src/cases/category.ts'
import { timeUs } from '../../src/domain/time.ts'
import { compileRoutes } from '../../src/routing/compile.ts'
import type { Routable } from '../../src/routing/routing.ts'
import { naively } from './oracle.ts'
import {
  assets,
  calendar,
  catalogueOf,
  corner,
  friday,
  northOf,
  plain,
  square,
} from './town.ts'

const anyTimes = fc.constantFrom(
  [{ days: ['workday' as const], from: '08:00', to: '17:00' }],
  [{ days: ['sat' as const, 'sun' as const], from: '00:00', to: '00:00' }],
  [{ from: '22:00', to: '06:00' }],
)
const names = ['Kommunen', 'LEVA', 'Trafikverket']
const anyWhen = fc.record(
  {
    category: fc.constantFrom('dark', 'hole'),
    area: fc.constantFrom('a0', 'a1', 'a2', 'a3', 'unknown'),
    maintainer: fc.constantFrom(...names),
    owner: fc.constantFrom(...names),
    assetType: fc.constantFrom('Streetlight', 'Bridge'),
    source: fc.constantFrom('alarm' as const, 'citizen' as const, 'web' as const),
    matter: fc.constantFrom('fault' as const, 'opinion' as const),
    priority: fc.constantFrom('urgent' as const, 'normal' as const),
    answers: fc.constantFrom({ size: ['big'] }, { size: ['small', 'big'] }),
    times: anyTimes,
  },
  { requiredKeys: [] },
)
/** Few conditions at a time, or nothing would ever fit. */
const anyRoutes = fc.array(
  fc
    .tuple(
      anyWhen,
      fc.subarray(Object.keys(route.shape.when.unwrap().shape), { maxLength: 2 }),
    )
    .map(([when, kept]) =>
      Object.fromEntries(Object.entries(when).filter(([key]) => kept.includes(key))),
    ),
  { maxLength: 12 },
)
const squares = fc
  .array(fc.tuple(fc.nat(4), fc.nat(4), fc.integer({ min: 1, max: 3 })), {
    minLength: 4,
    maxLength: 4,
  })
  .map((all) => new Map(all.map((one, at) => [`a${at}`, square(...one)])))
/** On corners, on borders, just beside them, and anywhere. */
const anyPlace = fc.option(
  fc.record({
    lon: fc.oneof(
      fc.nat(7).map(corner),
      fc.double({ min: 11.39, max: 11.48, noNaN: true }),
    ),
    lat: fc.oneof(
      fc.nat(7).map(northOf),
      fc.nat(7).map((at) => northOf(at) + 0.0001),
      fc.double({ min: 58.19, max: 58.24, noNaN: true }),
    ),
  }),
)
const anybody: fc.Arbitrary<Routable> = fc.record({
  category: fc.constantFrom('dark', 'hole', ''),
  asset: fc.option(fc.constantFrom(...assets.keys(), 'gone')),
  place: anyPlace,
  source: fc.constantFrom('alarm', 'web', 'citizen', 'phone'),
  matter: fc.constantFrom('fault', 'opinion'),
  priority: fc.constantFrom('urgent', 'normal', 'low'),
  answers: fc.constantFrom({}, { size: 'big' }, { size: ['small'] }, { other: 2 }),
})

it('answers as a naive look at the whole list does', () => {
  const hours = fc.integer({ min: 0, max: 14 * 24 })
  fc.assert(
    fc.property(anyRoutes, squares, anybody, hours, (whens, areas, about, hour) => {
      const at = timeUs(friday + hour * 3_600_000_000)
      const routes = whens.map((when, order) => ({ order, when, unit: 'a' }))
      const catalogue = catalogueOf(routes, areas)
      const compiled = compileRoutes(catalogue, calendar)
      const expected = naively(catalogue, about, (times) => calendar.within(times, at))
      const found = compiled.route(about, at)
      expect({ order: found.order, border: found.border }).toEqual(expected)
      const explained = compiled.explain(about, at)
      expect(explained.routing).toEqual(found)
      const chosen = explained.routes.filter(({ verdict }) => verdict === 'chosen')
      expect(chosen.map(({ order }) => order)).toEqual(
        found.order === null ? [] : [found.order],
      )
    }),
    { numRuns: 2_000 },
  )
})

it('gives a shared border to the lowest order, however routes are listed', () => {
  const anyOrder = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 })
  fc.assert(
    fc.property(anyOrder, squares, anyPlace, (listed, areas, place) => {
      const all = listed.map((n): Route =>
        route.parse({ order: n, when: { area: `a${n}` }, unit: 'a' }),
      )
      const inOrder = all.toSorted((a, b) => a.order - b.order)
      const [one, other] = [all, inOrder].map((routes) =>
        compileRoutes(catalogueOf(routes, areas), calendar).route(
          { ...plain, place },
          friday,
        ),
      )
      expect(one).toEqual(other)
    }),
    { numRuns: 500 },
  )
})
