import { z } from 'zod'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { kpiCsv, kpiQuery, kpisAsked } from '../kpi-query.ts'
import { kpisFor } from '../kpi-world.ts'
import type { Api, ApiParts } from '../parts.ts'

/** The same figures for a spreadsheet. */
export function getKpisCsv(
  api: Api,
  parts: Pick<ApiParts, 'database' | 'clock' | 'configurations'>,
): void {
  const kpis = kpisFor(parts)
  api.route({
    method: 'GET',
    url: '/kpis.csv',
    config: { permission: 'alarm.read' },
    schema: {
      tags: ['alarms'],
      summary: 'Key figures of the alarms as CSV',
      description:
        'A row for everything and one for each group. Durations in seconds, shares 0 to 1; an empty cell where nothing can be said. Columns are only ever added, at the end.',
      querystring: kpiQuery,
      response: answers(z.string()),
    },
    handler: async (request, reply) => {
      const asked = kpisAsked(request.query, parts.clock.now())
      const report = await kpis.report(userOf(request).organisation, asked)
      void reply.type('text/csv; charset=utf-8; header=present')
      return kpiCsv(report)
    },
  })
}
