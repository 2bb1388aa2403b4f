import type { Asset, Place } from '../domain/asset.ts'
import type { TimeUs } from '../domain/time.ts'
import type { Calendar } from '../calendar/civil-time.ts'
import type { Area } from '../cases/category.ts'
import { indexAreas, type AreaIndex } from './areas.ts'
import {
  predicates,
  type BrokenRoute,
  type CompiledRoutes,
  type NamedRoute,
  type Predicate,
  type Routable,
  type RouteCatalogue,
  type RouteVerdict,
  type Routing,
} from './routing.ts'

/** What one route asks for is held against this. */
interface Facts {
  readonly about: Routable
  readonly at: TimeUs
  readonly asset: Asset | undefined
  readonly areas: ReadonlySet<string>
  readonly calendar: Calendar
}

type Holds = (when: NamedRoute['when'], facts: Facts) => boolean

/** Does what the route asks for hold? What it does not ask for always does. */
const holds: Readonly<Record<Predicate, Holds>> = {
  category: ({ category }, { about }) =>
    category === undefined || category === about.category,
  assetType: ({ assetType }, { asset }) =>
    assetType === undefined || assetType === asset?.type,
  maintainer: ({ maintainer }, { asset }) =>
    maintainer === undefined || maintainer === asset?.maintainer,
  owner: ({ owner }, { asset }) => owner === undefined || owner === asset?.owner,
  area: ({ area }, { areas }) => area === undefined || areas.has(area),
  source: ({ source }, { about }) =>
    source === undefined ||
    source === about.source ||
    (source === 'citizen' && about.source !== 'alarm'),
  matter: ({ matter }, { about }) =>
    matter === undefined || matter === (about.matter ?? 'fault'),
  priority: ({ priority }, { about }) =>
    priority === undefined || priority === (about.priority ?? 'normal'),
  answers: ({ answers = {} }, { about }) =>
    Object.entries(answers).every(([code, keys]) =>
      answered(about, code).some((answer) => keys.includes(answer)),
    ),
  times: ({ times }, { calendar, at }) => times === undefined || calendar.within(times, at),
}

function answered({ answers = {} }: Routable, code: string): readonly string[] {
  const given = Object.hasOwn(answers, code) ? answers[code] : undefined
  if (given === undefined) return []
  return typeof given === 'object' ? given : [String(given)]
}

/**
 * Makes the routes of a configuration ready: sorted, with the areas they look at indexed.
 *
 * The first route that fits decides, lower `order` first, then as they are listed. Only where a route
 * names the asset's owner or maintainer and fits, all that fit by area without naming either step
 * back: a thing belongs to whom it belongs, wherever it stands. Nothing fits, or the unit does not
 * exist: triage.
 */
export function compileRoutes(
  catalogue: RouteCatalogue,
  calendar: Calendar,
): CompiledRoutes {
  const routes = catalogue.routes.toSorted((a, b) => a.order - b.order)
  const index = indexAreas(lookedAt(catalogue))
  const factsOf = (about: Routable, at: TimeUs): Facts & { place: Place | null } => {
    const asset = about.asset === null ? undefined : catalogue.assets.get(about.asset)
    const place = about.place ?? asset?.place ?? null
    const areas = place === null ? nowhere : index.containing(place)
    return { about, at, asset, areas, calendar, place }
  }
  const conclude = (facts: Facts & { place: Place | null }, chosen?: NamedRoute): Routing =>
    routingOf(catalogue, facts, { chosen, border: isNear(index, facts.place) })
  return {
    broken: routes.filter(({ unit }) => !catalogue.units.has(unit)).map(brokenRoute),
    route(about, at) {
      const facts = factsOf(about, at)
      const fits = (route: NamedRoute): boolean =>
        predicates.every((one) => holds[one](route.when, facts))
      return conclude(facts, choose(routes, fits))
    },
    explain(about, at) {
      const facts = factsOf(about, at)
      const looked = routes.map((route) => {
        const failed = predicates.filter((one) => !holds[one](route.when, facts))
        return { route, failed }
      })
      const fitting = looked.filter(({ failed }) => failed.length === 0)
      const chosen = choose(
        fitting.map(({ route }) => route),
        () => true,
      )
      const byOwner = fitting.some(({ route }) => namesOwner(route))
      return {
        routing: conclude(facts, chosen),
        areas: [...facts.areas].toSorted(),
        routes: looked.map(({ route, failed }) =>
          Object.assign(brokenRoute(route), {
            failed,
            broken: !catalogue.units.has(route.unit),
            verdict: verdictOf(route, { failed, chosen, byOwner }),
          }),
        ),
      }
    },
  }
}

const nowhere: ReadonlySet<string> = new Set()

function isNear(index: AreaIndex, place: Place | null): boolean {
  return place !== null && index.nearBorder(place)
}

/** The areas that routes name; nobody else's borders matter. */
function lookedAt({ routes, areas }: RouteCatalogue): ReadonlyMap<string, Area> {
  const named = new Set(routes.map(({ when }) => when.area))
  return new Map([...areas].filter(([id]) => named.has(id)))
}

/** Of routes in order the one that decides. */
function choose(
  routes: readonly NamedRoute[],
  fits: (route: NamedRoute) => boolean,
): NamedRoute | undefined {
  let first: NamedRoute | undefined
  let notByArea: NamedRoute | undefined
  for (const route of routes) {
    // Once both are known, only an owner's route could still change the answer.
    if (notByArea !== undefined && !namesOwner(route)) continue
    if (!fits(route)) continue
    first ??= route
    if (!byAreaAlone(route)) notByArea ??= route
    if (namesOwner(route)) return notByArea
    if (first === notByArea) return first
  }
  return first
}

function namesOwner({ when }: NamedRoute): boolean {
  return when.owner !== undefined || when.maintainer !== undefined
}

function byAreaAlone(route: NamedRoute): boolean {
  return route.when.area !== undefined && !namesOwner(route)
}

function verdictOf(
  route: NamedRoute,
  looked: {
    readonly failed: readonly Predicate[]
    readonly chosen: NamedRoute | undefined
    readonly byOwner: boolean
  },
): RouteVerdict['verdict'] {
  if (looked.failed.length > 0) return 'fails'
  if (route === looked.chosen) return 'chosen'
  return looked.byOwner && byAreaAlone(route) ? 'yields' : 'later'
}

function routingOf(
  { units, categories }: RouteCatalogue,
  { about }: Facts,
  { chosen, border }: { readonly chosen: NamedRoute | undefined; readonly border: boolean },
): Routing {
  const ofCategory = categories.get(about.category)?.serviceLevel ?? null
  const had = about.priority ?? 'normal'
  const none = { unit: null, person: null }
  if (chosen === undefined) {
    return { ...none, priority: had, serviceLevel: ofCategory, order: null, border }
  }
  const { unit, person = null, priority = had, serviceLevel = ofCategory, order } = chosen
  const goes = units.has(unit) ? { unit, person } : none
  return { ...goes, priority, serviceLevel, order, border }
}

function brokenRoute({ slug, order, unit }: NamedRoute): BrokenRoute {
  return { slug: slug ?? null, order, unit }
}
