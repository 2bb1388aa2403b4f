import { organisationId } from '../../domain/ids.ts'
import { kpiQuery, type KpiReportView, kpisAsked } from '../kpi-query.ts'
import { kpisFor } from '../kpi-world.ts'
import { organisationOf } from './organisation.ts'
import type { LocalParts } from './parts.ts'

const body = kpiQuery.extend({ organisation: organisationId.optional() })

/** Key figures of the alarms of one organisation. */
export async function kpis(parts: LocalParts, input: unknown): Promise<KpiReportView> {
  const { organisation, ...query } = body.parse(input)
  const asked = kpisAsked(query, parts.clock.now())
  return kpisFor(parts).report(await organisationOf(parts, organisation), asked)
}
