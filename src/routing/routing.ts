import type { Asset, Place } from '../domain/asset.ts'
import type { TimeUs } from '../domain/time.ts'
import type { Area, Category, Route } from '../cases/category.ts'
import type { CasePriority, Matter, ReportSource } from '../cases/views.ts'

/** A route with the slug it is written under, where that is known. */
export interface NamedRoute extends Route {
  readonly slug?: string
}

/** What routes must know of the configuration. The active configuration has this shape. */
export interface RouteCatalogue {
  /** In the order in which they are listed; `order` sorts them. */
  readonly routes: readonly NamedRoute[]
  /** By id, as are the others. */
  readonly categories: ReadonlyMap<string, Pick<Category, 'serviceLevel'>>
  readonly units: ReadonlyMap<string, object>
  readonly areas: ReadonlyMap<string, Area>
  readonly assets: ReadonlyMap<string, Asset>
}

/** What the routes look at. */
export interface Routable {
  readonly category: string
  readonly asset: string | null
  /** Null: where the asset stands. */
  readonly place: Place | null
  /** `citizen` where nobody knows which door. */
  readonly source: ReportSource | 'citizen'
  /** Left out: a fault. */
  readonly matter?: Matter
  /** Left out: normal. */
  readonly priority?: CasePriority
  /** Question → what was answered. */
  readonly answers?: Readonly<Record<string, string | number | readonly string[]>>
}

/** Who gets a case, and what is promised. */
export interface Routing {
  /** Null is triage: somebody must look. */
  readonly unit: string | null
  /** Somebody of the unit whom the route names. */
  readonly person: string | null
  /** Of the route, else the one it had. */
  readonly priority: CasePriority
  /** Of the route, else of the category. */
  readonly serviceLevel: string | null
  /** `order` of the route that said so; null when none did. */
  readonly order: number | null
  /** Within 25 m of the border of an area that routes look at. */
  readonly border: boolean
}

/** What a route may ask for, in the order in which it is told. */
export const predicates = [
  'category',
  'assetType',
  'maintainer',
  'owner',
  'area',
  'source',
  'matter',
  'priority',
  'answers',
  'times',
] as const
export type Predicate = (typeof predicates)[number]

/** How one route took a case. */
export interface RouteVerdict {
  readonly slug: string | null
  readonly order: number
  readonly unit: string
  /**
   * `chosen`: it decides. `later`: it fits, and another came before. `yields`: it fits by area, and a
   * route that names the asset's owner or maintainer fits too. `fails`: see `failed`.
   */
  readonly verdict: 'chosen' | 'later' | 'yields' | 'fails'
  /** Everything of it that did not hold. */
  readonly failed: readonly Predicate[]
  /** Its unit does not exist: what it takes goes to triage. */
  readonly broken: boolean
}

export interface Explanation {
  readonly routing: Routing
  /** Every route, in the order in which they are asked. */
  readonly routes: readonly RouteVerdict[]
  /** Areas the place lies in, of those that routes look at. */
  readonly areas: readonly string[]
}

/** A route whose unit does not exist. */
export interface BrokenRoute {
  readonly slug: string | null
  readonly order: number
  readonly unit: string
}

/** The routes of one configuration, ready to be asked. */
export interface CompiledRoutes {
  /** Pure; about what is asked at `at` for times of the week. */
  route(about: Routable, at: TimeUs): Routing
  explain(about: Routable, at: TimeUs): Explanation
  readonly broken: readonly BrokenRoute[]
}
