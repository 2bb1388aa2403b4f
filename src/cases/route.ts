import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon'
import type { Place } from '../domain/asset.ts'
import type { CaseCatalogue } from './catalogue.ts'
import type { Area, Route } from './category.ts'

/** What the routes look at. */
export interface Routable {
  readonly category: string
  readonly asset: string | null
  readonly place: Place | null
  readonly source: 'alarm' | 'citizen'
}

/** The unit that gets the case and the `order` of the route that said so; both null is triage. */
export interface Routing {
  readonly unit: string | null
  readonly order: number | null
}

/**
 * The first route whose every condition holds, lower `order` first, then the order they are
 * listed in. A route to a unit that does not exist hands the case to triage instead of to nobody.
 * A point on the border of two areas is in both, so the lower `order` decides.
 */
export function chooseUnit(catalogue: CaseCatalogue, about: Routable): Routing {
  const first = catalogue.routes
    .toSorted((a, b) => a.order - b.order)
    .find((route) => holds(catalogue, route, about))
  if (first === undefined || !catalogue.units.has(first.unit)) {
    return { unit: null, order: first?.order ?? null }
  }
  return { unit: first.unit, order: first.order }
}

function holds(catalogue: CaseCatalogue, { when }: Route, about: Routable): boolean {
  const asset = about.asset === null ? undefined : catalogue.assets.get(about.asset)
  return (
    (when.category === undefined || when.category === about.category) &&
    (when.source === undefined || when.source === about.source) &&
    (when.maintainer === undefined || when.maintainer === asset?.maintainer) &&
    (when.area === undefined || inArea(catalogue.areas.get(when.area), about.place))
  )
}

function inArea(area: Area | undefined, place: Place | null): boolean {
  if (area === undefined || place === null) return false
  return booleanPointInPolygon([place.lon, place.lat], {
    type: 'Polygon',
    coordinates: [area.ring],
  })
}
