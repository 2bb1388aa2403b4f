import type { Category, Route } from '../cases/category.ts'
import { indexAreas } from '../routing/areas.ts'
import type { NamedRoute } from '../routing/routing.ts'
import type { ServiceLevel } from '../service-levels/service-level.ts'
import type { Resolved } from './activate.ts'
import type { ActiveConfiguration } from './active.ts'

/** Who gets cases and what is promised of them, with every name replaced by the id it stands for. */
export function caseWork(
  resolved: Pick<Resolved, 'typed' | 'idOf'>,
): Pick<
  ActiveConfiguration,
  'areas' | 'categories' | 'routes' | 'routing' | 'serviceLevels'
> {
  const { typed, idOf } = resolved
  const areas = new Map([...typed.area].map(([slug, area]) => [idOf('area', slug), area]))
  return {
    areas,
    categories: new Map(
      [...typed.category].map(([slug, one]) => [
        idOf('category', slug),
        withLevel(one, resolved),
      ]),
    ),
    routes: routesInOrder(typed.route, resolved),
    routing: { areaOf: areaLookup(areas) },
    serviceLevels: new Map(
      [...typed.serviceLevel].map(([slug, one]) => [
        idOf('serviceLevel', slug),
        withNext(one, resolved),
      ]),
    ),
  }
}

type Names = Pick<Resolved, 'idOf'>

function withLevel(category: Category, { idOf }: Names): Category {
  const { serviceLevel } = category
  return serviceLevel === undefined
    ? category
    : { ...category, serviceLevel: idOf('serviceLevel', serviceLevel) }
}

function withNext(level: ServiceLevel, { idOf }: Names): ServiceLevel {
  const becomes = level.becomes.map((one) => ({
    ...one,
    level: idOf('serviceLevel', one.level),
  }))
  return { ...level, becomes }
}

/** Sorted, with ids for the names. */
export function routesInOrder(
  routes: ReadonlyMap<string, Route>,
  names: Names,
): readonly NamedRoute[] {
  return [...routes]
    .toSorted(([a, one], [b, other]) => one.order - other.order || (a < b ? -1 : 1))
    .map(([slug, route]) => named(slug, route, names))
}

function named(slug: string, route: Route, { idOf }: Names): NamedRoute {
  const { when, unit, person, serviceLevel } = route
  const { category, area } = when
  return {
    ...route,
    slug,
    when: {
      ...when,
      ...(category !== undefined && { category: idOf('category', category) }),
      ...(area !== undefined && { area: idOf('area', area) }),
    },
    unit: idOf('unit', unit),
    ...(person !== undefined && { person: idOf('user', person) }),
    ...(serviceLevel !== undefined && {
      serviceLevel: idOf('serviceLevel', serviceLevel),
    }),
  }
}

/** Made when it is first asked for: most versions never are. */
function areaLookup(
  areas: ActiveConfiguration['areas'],
): ActiveConfiguration['routing']['areaOf'] {
  let index: ReturnType<typeof indexAreas> | undefined
  return (place) => {
    index ??= indexAreas(areas)
    const inside = index.containing(place)
    return areas.keys().find((id) => inside.has(id)) ?? null
  }
}
