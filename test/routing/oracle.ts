import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon'
import { pointToPolygonDistance } from '@turf/point-to-polygon-distance'
import type { Area, Route } from '../../src/cases/category.ts'
import type { Place } from '../../src/domain/asset.ts'
import type { Routable, RouteCatalogue } from '../../src/routing/routing.ts'

/** The rules of routing once more, as a list that is filtered: no index, no early end. */
export function naively(
  { routes, areas, assets }: RouteCatalogue,
  about: Routable,
  within: (times: NonNullable<Route['when']['times']>) => boolean,
): { readonly order: number | null; readonly border: boolean } {
  const asset = about.asset === null ? undefined : assets.get(about.asset)
  const place = about.place ?? asset?.place
  const fitting = routes
    .filter(({ when }) =>
      [
        isOrAny(when.category, about.category),
        isOrAny(when.assetType, asset?.type),
        isOrAny(when.maintainer, asset?.maintainer),
        isOrAny(when.owner, asset?.owner),
        when.area === undefined || liesIn(place, areas.get(when.area)),
        when.source === 'citizen'
          ? about.source !== 'alarm'
          : isOrAny(when.source, about.source),
        isOrAny(when.matter, about.matter ?? 'fault'),
        isOrAny(when.priority, about.priority ?? 'normal'),
        Object.entries(when.answers ?? {}).every(([code, keys]) =>
          keys.some((key) =>
            [about.answers?.[code] ?? []].flat().map(String).includes(key),
          ),
        ),
        when.times === undefined || within(when.times),
      ].every(Boolean),
    )
    .toSorted((a, b) => a.order - b.order)
  const left = fitting.some(named)
    ? fitting.filter((one) => named(one) || one.when.area === undefined)
    : fitting
  const looked = [...areas].filter(([id]) => routes.some(({ when }) => when.area === id))
  return {
    order: left[0]?.order ?? null,
    border: looked.some(([, area]) => place !== undefined && metres(place, area) <= 25),
  }
}

function named({ when }: Route): boolean {
  return (when.owner ?? when.maintainer) !== undefined
}

function isOrAny<T>(wanted: T | undefined, found: T | undefined): boolean {
  return wanted === undefined || wanted === found
}

function liesIn(place: Place | undefined, area: Area | undefined): boolean {
  if (place === undefined || area === undefined) return false
  return booleanPointInPolygon([place.lon, place.lat], polygonOf(area))
}

/** To the border, from inside or outside. */
export function metres({ lon, lat }: Place, area: Area): number {
  return Math.abs(pointToPolygonDistance([lon, lat], polygonOf(area), { units: 'meters' }))
}

function polygonOf({ ring }: Area) {
  return { type: 'Polygon' as const, coordinates: [[...ring]] }
}
