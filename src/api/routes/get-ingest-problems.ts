import { z } from 'zod'
import { toIso } from '../../domain/time.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { listLimit } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'
import { ingestProblemListView } from '../views.ts'

const querystring = z.strictObject({ limit: listLimit })

/** Messages that were refused or not understood, the newest first. */
export function getIngestProblems(
  api: Api,
  { database }: Pick<ApiParts, 'database'>,
): void {
  api.route({
    method: 'GET',
    url: '/ingest/problems',
    config: { permission: 'ingest.problems.read' },
    schema: {
      tags: ['ingest'],
      summary: 'Messages refused or not understood',
      querystring,
      response: answers(ingestProblemListView),
    },
    handler: async (request) => {
      const rows = await database
        .read(userOf(request).organisation)
        .selectFrom('ingest_problem')
        .selectAll()
        .orderBy('last_at', 'desc')
        .limit(request.query.limit)
        .execute()
      return {
        problems: rows.map(
          ({ source, reason, count, first_at, last_at, sample, detail }) => ({
            source,
            reason,
            count,
            firstAt: toIso(first_at),
            lastAt: toIso(last_at),
            sample,
            detail,
          }),
        ),
      }
    },
  })
}
