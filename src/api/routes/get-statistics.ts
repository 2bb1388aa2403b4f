import { z } from 'zod'
import { language } from '../../domain/language.ts'
import { durationUs, earlier, HOUR, type TimeUs } from '../../domain/time.ts'
import type { StatisticsAsked } from '../../statistics/create-statistics.ts'
import { tableAsCsv, tableAsXlsx } from '../../statistics/files.ts'
import { statisticsTable } from '../../statistics/table.ts'
import { statisticsGroups, statisticsReport } from '../../statistics/views.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { isoTime } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'
import { statisticsFor } from '../statistics-setting.ts'
import { CSV, XLSX } from '../table-types.ts'

const YEAR = durationUs(365 * 24 * HOUR)
const config = { permission: 'case.read' } as const

const querystring = z.strictObject({
  /** Left out: a year before `to`. */
  from: isoTime.optional(),
  /** Not included. Left out: now. */
  to: isoTime.optional(),
  by: z.enum(statisticsGroups).optional(),
  /** In which categories are named. */
  language: language.default('en'),
})

/** Figures on cases and channels: as JSON, as CSV, as a workbook. */
export function getStatistics(
  api: Api,
  parts: Pick<ApiParts, 'database' | 'clock' | 'configurations'>,
): void {
  const statistics = statisticsFor(parts)
  const asked = (query: z.output<typeof querystring>): StatisticsAsked =>
    withDefaults(query, parts.clock.now())
  const summary = 'Figures on cases and channels'
  api.route({
    method: 'GET',
    url: '/statistics',
    config,
    schema: { tags: ['cases'], summary, querystring, response: answers(statisticsReport) },
    handler: (request) =>
      statistics.report(userOf(request).organisation, asked(request.query)),
  })
  const description =
    'A row for everything and one for each group. Times in seconds, shares 0 to 1; an empty cell where nothing can be said. Columns are only ever added, at the end.'
  api.route({
    method: 'GET',
    url: '/statistics.csv',
    config,
    schema: {
      tags: ['cases'],
      summary: `${summary} as CSV`,
      description,
      querystring,
      response: answers(z.string()),
    },
    handler: async (request, reply) => {
      const { organisation } = userOf(request)
      const report = await statistics.report(organisation, asked(request.query))
      void reply.type(CSV)
      return tableAsCsv(statisticsTable(report))
    },
  })
  api.route({
    method: 'GET',
    url: '/statistics.xlsx',
    config,
    schema: {
      tags: ['cases'],
      summary: `${summary} as a workbook`,
      description,
      querystring,
      response: answers(z.instanceof(Buffer)),
    },
    handler: async (request, reply) => {
      const { organisation } = userOf(request)
      const report = await statistics.report(organisation, asked(request.query))
      void reply.type(XLSX)
      void reply.header('content-disposition', 'attachment; filename="statistics.xlsx"')
      return await tableAsXlsx(statisticsTable(report), 'Statistics')
    },
  })
}

function withDefaults(query: z.output<typeof querystring>, now: TimeUs): StatisticsAsked {
  const to = query.to ?? now
  const from = query.from ?? earlier(to, YEAR)
  return { to, from, by: query.by ?? null, language: query.language }
}
