import { z } from 'zod'
import type { Database } from '../../database/database.ts'
import { organisationId, type OrganisationId } from '../../domain/ids.ts'
import { language } from '../../domain/language.ts'
import { Problem } from '../../domain/problem.ts'
import { calendarFile } from '../../notices/calendar-file.ts'
import { noticeView } from '../../notices/notice.ts'
import { answers } from '../answers.ts'
import { id } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

const params = z.strictObject({ organisation: organisationId })
const degrees = (most: number) => z.coerce.number().min(-most).max(most).optional()

/** Nobody outside is told who wrote it; an object that is not strict leaves out what it does not name. */
const publicNotice = z.object(
  noticeView.omit({ by: true, scope: true, serviceLevel: true }).shape,
)

type Parts = Pick<ApiParts, 'notices' | 'database' | 'clock' | 'baseUrl'>

/** What is known already of what somebody is about to report, for apps and forms. */
export function getPublicNotices(api: Api, { notices, database }: Parts): void {
  api.route({
    method: 'GET',
    url: '/organisations/:organisation/notices',
    config: { permission: 'public' },
    schema: {
      tags: ['reports'],
      summary: 'What is known already of what one is about to report',
      params,
      querystring: z.strictObject({
        category: id.optional(),
        asset: id.optional(),
        lat: degrees(90),
        lon: degrees(180),
      }),
      response: answers(z.object({ notices: z.array(publicNotice) })),
    },
    handler: async (request) => {
      const { organisation } = request.params
      await nameOf(database, organisation)
      const { category, asset, lat, lon } = request.query
      const found = await notices.answering(organisation, {
        ...(category !== undefined && { category }),
        ...(asset !== undefined && { asset }),
        ...(lat !== undefined && lon !== undefined && { place: { lat, lon } }),
      })
      return { notices: [...found] }
    },
  })
}

/** Planned work as a calendar that people subscribe to. */
export function getPlannedWork(
  api: Api,
  { notices, database, clock, baseUrl }: Parts,
): void {
  api.route({
    method: 'GET',
    url: '/organisations/:organisation/planned-work.ics',
    config: { permission: 'public' },
    schema: {
      tags: ['reports'],
      summary: 'Planned work as a calendar to subscribe to',
      params,
      querystring: z.strictObject({ lang: language.default('sv') }),
      response: answers(z.string()),
    },
    handler: async (request, reply) => {
      const { organisation } = request.params
      const name = await nameOf(database, organisation)
      void reply.type('text/calendar; charset=utf-8')
      return calendarFile(await notices.list(organisation, true), {
        name,
        domain: new URL(baseUrl).hostname,
        language: request.query.lang,
        now: new Date(clock.now() / 1_000),
      })
    },
  })
}

/** Throws Problem not_found. */
async function nameOf(database: Database, organisation: OrganisationId): Promise<string> {
  const row = await database
    .read(organisation)
    .selectFrom('organisation')
    .select('name')
    .executeTakeFirst()
  if (row !== undefined) return row.name
  throw new Problem({
    kind: 'not_found',
    what: 'There is no such municipality here.',
    where: 'organisation',
    next: 'Check the address.',
  })
}
