import { z } from 'zod'
import { organisationId } from '../../domain/ids.ts'
import type { RouteDryRunView, RouteExplainView } from '../route-view.ts'
import {
  dryRunRoutesWork,
  explainRoutesWork,
  routesDryRunBody,
  routesExplainBody,
} from '../routes-work.ts'
import { organisationOf } from './organisation.ts'
import type { LocalParts } from './parts.ts'

const whose = { organisation: organisationId.optional() }
const explainBody = z.strictObject({ ...whose, question: routesExplainBody })
const dryRunBody = routesDryRunBody.extend(whose)

/** Where a case goes, and what each route said of it. */
export async function caseRoutesExplain(
  parts: LocalParts,
  input: unknown,
): Promise<RouteExplainView> {
  const { organisation, question } = explainBody.parse(input)
  return explainRoutesWork(parts, await organisationOf(parts, organisation), question)
}

/** Where past cases would have gone by a draft of the routes. */
export async function caseRoutesDryRun(
  parts: LocalParts,
  input: unknown,
): Promise<RouteDryRunView> {
  const { organisation, routes } = dryRunBody.parse(input)
  return dryRunRoutesWork(parts, await organisationOf(parts, organisation), { routes })
}
