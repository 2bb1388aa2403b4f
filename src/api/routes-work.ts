import { z } from 'zod'
import { route } from '../cases/category.ts'
import { routesOf } from '../cases/route.ts'
import { casePriority, matter, reportSource } from '../cases/views.ts'
import type { ActiveConfiguration, Configurations } from '../configuration/active.ts'
import { draftRoutes } from '../configuration/draft-routes.ts'
import type { Database } from '../database/database.ts'
import { place } from '../domain/asset.ts'
import type { Clock } from '../domain/clock.ts'
import { slug, type OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import type { TimeUs } from '../domain/time.ts'
import { dryRun } from '../routing/dry-run.ts'
import type { CompiledRoutes, Routable } from '../routing/routing.ts'
import { id, isoTime } from './inputs.ts'
import { pastCases } from './past-cases.ts'
import type { RouteDryRunView, RouteExplainView } from './route-view.ts'

/** What is asked of routes, the same for the commands and for the console. */

const MOST_ROUTES = 1_000

/** Routes by slug, as they stand under `routes:` in the configuration. */
const draft = z
  .record(slug, route)
  .refine((routes) => Object.keys(routes).length <= MOST_ROUTES, 'at most 1,000 routes')

const madeUp = z.strictObject({
  /** Ids, as they are in addresses. */
  category: z.string().max(128).default(''),
  asset: z.string().max(128).nullable().default(null),
  place: place.nullable().default(null),
  source: z.union([reportSource, z.literal('citizen')]).default('citizen'),
  matter: matter.default('fault'),
  priority: casePriority.default('normal'),
  answers: z
    .record(
      z.string().max(60),
      z.union([z.string().max(100), z.number(), z.array(z.string().max(100)).max(50)]),
    )
    .default({}),
})

/** One case as it came, or a report that nobody sent; `routes` left out: those in force. */
export const routesExplainBody = z
  .strictObject({
    routes: draft.optional(),
    case: id.optional(),
    report: madeUp.optional(),
    /** For times of the week; left out: when the case came, or now. */
    at: isoTime.optional(),
  })
  .refine(
    (body) => (body.case === undefined) !== (body.report === undefined),
    'either a case or a report',
  )

export const routesDryRunBody = z.strictObject({ routes: draft })

export interface RoutesParts {
  readonly database: Database
  readonly configurations: Configurations
  readonly clock: Clock
}

type Asked = z.infer<typeof routesExplainBody>

/** Rejects with Problem not_found for a case that is not there. */
export async function explainRoutesWork(
  parts: RoutesParts,
  organisation: OrganisationId,
  asked: Asked,
): Promise<RouteExplainView> {
  const routes = await compiled(parts, organisation, asked.routes)
  const { about, at } = await aboutOf(parts, organisation, asked)
  const { routing, routes: verdicts, areas } = routes.explain(about, asked.at ?? at)
  return {
    ...routing,
    areas: [...areas],
    routes: verdicts.map((one) => Object.assign({}, one, { failed: [...one.failed] })),
  }
}

/** Looks at the newest 1,000 cases. */
export async function dryRunRoutesWork(
  parts: RoutesParts,
  organisation: OrganisationId,
  { routes }: z.infer<typeof routesDryRunBody>,
): Promise<RouteDryRunView> {
  const drafted = await compiled(parts, organisation, routes)
  const result = await dryRun(drafted, pastCases(parts.database.read(organisation)))
  const { moves, units, changes, taken, broken } = result
  return {
    ...result,
    moves: [...moves],
    units: [...units],
    changes: [...changes],
    taken: { ...taken },
    broken: [...broken],
  }
}

async function compiled(
  { database, configurations }: RoutesParts,
  organisation: OrganisationId,
  drafted: Asked['routes'],
): Promise<CompiledRoutes> {
  const current = await configurations.current(organisation)
  if (current === undefined) throw withoutConfiguration(organisation)
  if (drafted === undefined) return routesOf(current)
  const written = new Map(Object.entries(drafted))
  const routes = await draftRoutes(database, organisation, written)
  return routesOf({ ...current, routes } satisfies ActiveConfiguration)
}

async function aboutOf(
  { database, clock }: RoutesParts,
  organisation: OrganisationId,
  { case: wanted, report }: Asked,
): Promise<{ readonly about: Routable; readonly at: TimeUs }> {
  if (report !== undefined) return { about: report, at: clock.now() }
  for await (const [found] of pastCases(database.read(organisation), wanted)) {
    if (found !== undefined) return found
  }
  throw new Problem({
    kind: 'not_found',
    what: 'There is no such case.',
    where: 'case',
    next: 'Look for it in the list of cases.',
  })
}

function withoutConfiguration(organisation: OrganisationId): Problem {
  return new Problem({
    kind: 'not_found',
    what: `${organisation} has no configuration yet`,
    next: 'Apply one first.',
  })
}
