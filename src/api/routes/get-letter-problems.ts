import { z } from 'zod'
import { letterProblems } from '../../cases/letter-problems.ts'
import { toIso } from '../../domain/time.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { id, listLimit } from '../inputs.ts'
import { letterProblemsView } from '../letter-views.ts'
import type { Api, ApiParts } from '../parts.ts'

/** Letters that did not arrive, so that somebody asks for a better address or calls. */
export function getLetterProblems(
  api: Api,
  { database }: Pick<ApiParts, 'database'>,
): void {
  api.route({
    method: 'GET',
    url: '/letter-problems',
    config: { permission: 'case.read' },
    schema: {
      tags: ['cases'],
      summary: 'Letters that did not arrive',
      querystring: z.strictObject({ case: id.exactOptional(), limit: listLimit }),
      response: answers(letterProblemsView),
    },
    handler: async (request) => {
      const query = database.read(userOf(request).organisation)
      const { case: about, limit } = request.query
      const problems = await letterProblems(query, { case: about, limit })
      const incoming =
        about === undefined
          ? await query
              .selectFrom('letter_problem')
              .select(['mailbox', 'reason', 'at'])
              .orderBy('at', 'desc')
              .limit(limit)
              .execute()
          : []
      return {
        problems: problems.map(
          ({ case: { id, number }, report, state, tries, error, at }) => ({
            case: { id, number },
            report,
            state,
            tries,
            error,
            at: toIso(at),
          }),
        ),
        incoming: incoming.map(({ mailbox, reason, at }) => ({
          mailbox,
          reason,
          at: toIso(at),
        })),
      }
    },
  })
}
