import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { language } from '../../domain/language.ts'
import { durationUs, earlier, HOUR } from '../../domain/time.ts'
import {
  caseColumns,
  caseFeature,
  caseRowCells,
  FILE_CASES_MAX,
  listCases,
  nameCases,
  type NamedCase,
} from '../../statistics/case-list.ts'
import { tableAsCsv, tableAsXlsx } from '../../statistics/files.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { isoTime } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'
import { namesOf } from '../statistics-setting.ts'
import { CSV, GEOJSON, XLSX } from '../table-types.ts'

const YEAR = durationUs(365 * 24 * HOUR)

const querystring = z.strictObject({
  /** When the cases were opened. Left out: a year before `to`. */
  from: isoTime.optional(),
  /** Not included. Left out: now. */
  to: isoTime.optional(),
  /** In which categories are named. */
  language: language.default('en'),
})

type Pages = AsyncGenerator<readonly NamedCase[]>

/** How each format leaves the house; CSV and GeoJSON page by page, a workbook whole. */
const formats = {
  csv: { type: CSV, body: (pages: Pages) => Readable.from(csvOf(pages)) },
  geojson: { type: GEOJSON, body: (pages: Pages) => Readable.from(geoJsonOf(pages)) },
  xlsx: { type: XLSX, body: xlsxOf },
} as const

/** The cases of a window as a file, with names for ids, and without names and words of who reported them. */
export function getCasesFile(
  api: Api,
  {
    database,
    clock,
    configurations,
  }: Pick<ApiParts, 'database' | 'clock' | 'configurations'>,
): void {
  for (const [extension, { type, body }] of Object.entries(formats)) {
    api.route({
      method: 'GET',
      url: `/cases.${extension}`,
      config: { permission: 'case.read' },
      schema: {
        tags: ['cases'],
        summary: `Cases as ${extension}`,
        description: `Cases opened within the window, oldest first, at most ${FILE_CASES_MAX}; without names and words of those who reported them. Columns are only ever added, at the end.`,
        querystring,
        response: answers(z.unknown()),
      },
      handler: async (request, reply): Promise<FastifyReply> => {
        const to = request.query.to ?? clock.now()
        const window = { from: request.query.from ?? earlier(to, YEAR), to }
        const { organisation } = userOf(request)
        const configuration = await configurations.current(organisation)
        const names = namesOf(database, organisation, configuration)
        const query = database.read(organisation)
        const cases = listCases(query, window, { onlyPublic: false })
        const pages = nameCases(cases, names, request.query.language)
        void reply.type(type)
        void reply.header(
          'content-disposition',
          `attachment; filename="cases.${extension}"`,
        )
        return reply.send(await body(pages))
      },
    })
  }
}

async function* csvOf(pages: Pages): AsyncGenerator<string> {
  yield tableAsCsv([caseColumns])
  for await (const page of pages) yield tableAsCsv(page.map(caseRowCells))
}

async function* geoJsonOf(pages: Pages): AsyncGenerator<string> {
  yield '{"type":"FeatureCollection","features":['
  let comma = ''
  for await (const page of pages) {
    for (const one of page) {
      yield comma + JSON.stringify(caseFeature(one))
      comma = ',\n'
    }
  }
  yield ']}'
}

async function xlsxOf(pages: Pages): Promise<Buffer> {
  const rows = []
  for await (const page of pages) rows.push(...page.map(caseRowCells))
  return await tableAsXlsx([caseColumns, ...rows], 'Cases')
}
