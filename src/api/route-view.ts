import { z } from 'zod'
import { casePriority } from '../cases/views.ts'
import { predicates } from '../routing/routing.ts'

const unit = z.string().nullable().describe('null is triage')
const order = z.int()

const brokenRoute = z.object({ slug: z.string().nullable(), order, unit: z.string() })

/** Where a case goes, and what each route in its turn said of it. */
export const routeExplainView = z.object({
  unit,
  person: z.string().nullable(),
  priority: casePriority,
  serviceLevel: z.string().nullable(),
  /** `order` of the route that decides; null when none does. */
  order: order.nullable(),
  /** Within 25 m of the border of an area that routes look at. */
  border: z.boolean(),
  /** Areas the place lies in, of those that routes look at. */
  areas: z.array(z.string()),
  routes: z.array(
    brokenRoute.extend({
      verdict: z.enum(['chosen', 'later', 'yields', 'fails']),
      failed: z.array(z.enum(predicates)),
      /** Its unit does not exist: what it takes goes to triage. */
      broken: z.boolean(),
    }),
  ),
})
export type RouteExplainView = z.infer<typeof routeExplainView>

/** Where past cases went, and where a draft of the routes would send them. */
export const routeDryRunView = z.object({
  /** How many were looked at: the newest, 1,000 at most. */
  cases: z.int(),
  changed: z.int(),
  moves: z.array(z.object({ from: unit, to: unit, count: z.int() })),
  units: z.array(z.object({ unit, went: z.int(), would: z.int() })),
  /** The first 200 that would go elsewhere. */
  changes: z.array(
    z.object({
      id: z.string(),
      number: z.string(),
      from: unit,
      to: unit,
      order: order.nullable(),
    }),
  ),
  /** How many each route would take, by `order`. */
  taken: z.record(z.string(), z.int()),
  broken: z.array(brokenRoute),
})
export type RouteDryRunView = z.infer<typeof routeDryRunView>
