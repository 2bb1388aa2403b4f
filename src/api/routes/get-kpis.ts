import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { kpiQuery, kpiReportView, kpisAsked } from '../kpi-query.ts'
import { kpisFor } from '../kpi-world.ts'
import type { Api, ApiParts } from '../parts.ts'

/** How well the alarms serve those who must act on them. */
export function getKpis(
  api: Api,
  parts: Pick<ApiParts, 'database' | 'clock' | 'configurations'>,
): void {
  const kpis = kpisFor(parts)
  api.route({
    method: 'GET',
    url: '/kpis',
    config: { permission: 'alarm.read' },
    schema: {
      tags: ['alarms'],
      summary: 'Key figures of the alarms over a window',
      description:
        'The figures of EEMUA 191 and ISA-18.2 and ours: rates, floods, chatter, times to acknowledge, suppression, precision. At most 366 days; what lies in the future is left out. The names of OPC UA are a second view of the same.',
      querystring: kpiQuery,
      response: answers(kpiReportView),
    },
    handler: async (request) =>
      kpis.report(
        userOf(request).organisation,
        kpisAsked(request.query, parts.clock.now()),
      ),
  })
}
