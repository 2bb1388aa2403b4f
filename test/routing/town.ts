import { createCalendar } from '../../src/calendar/calendar.ts'
import { route, type Area } from '../../src/cases/category.ts'
import { asset } from '../../src/domain/asset.ts'
import { timeUs } from '../../src/domain/time.ts'
import type { Routable, RouteCatalogue } from '../../src/routing/routing.ts'

export const calendar = createCalendar('Europe/Stockholm', 'SE')
export const friday = timeUs(Date.UTC(2026, 10, 20, 12) * 1_000)

/** Corners of a grid of about 560 m, so that neighbours share their borders. */
export const corner = (at: number): number => 11.4 + at * 0.01
export const northOf = (at: number): number => 58.2 + at * 0.005

export function square(west: number, south: number, size = 1): Area {
  const [east, north] = [west + size, south + size]
  return {
    name: 'A square',
    ring: [
      [corner(west), northOf(south)],
      [corner(east), northOf(south)],
      [corner(east), northOf(north)],
      [corner(west), northOf(north)],
      [corner(west), northOf(south)],
    ],
  }
}

export const assets = new Map(
  [
    { owner: 'Kommunen', maintainer: 'LEVA', place: { lat: 58.2025, lon: 11.405 } },
    { owner: 'Kommunen', maintainer: 'Kommunen' },
    { owner: 'Trafikverket', maintainer: 'Svevia', type: 'Bridge' },
  ].map((one, at) => [
    `asset-${at}`,
    asset.parse({ name: 'One', type: 'Streetlight', ...one }),
  ]),
)
const units = new Map(['a', 'b', 'c', 'd'].map((id) => [id, { name: id }]))
const categories = new Map([
  ['dark', { serviceLevel: 'lamps' }],
  ['hole', {}],
])

export function catalogueOf(
  routes: readonly object[],
  areas: RouteCatalogue['areas'] = new Map(),
): RouteCatalogue {
  return { routes: routes.map((one) => route.parse(one)), areas, assets, units, categories }
}

/** A report of nothing much from nowhere. */
export const plain: Routable = { category: 'hole', asset: null, place: null, source: 'web' }
