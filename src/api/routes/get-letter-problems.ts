import { z } from 'zod'
import { letterProblems } from '../../cases/letter-problems.ts'
import { toIso } from '../../domain/time.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { id, listLimit } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

const time = z.iso.datetime()

const view = z.object({
  problems: z.array(
    z.object({
      case: z.object({ id: z.string(), number: z.string() }),
      /** Of whom it was for. */
      report: z.string(),
      /** `failed`: nobody tries again. */
      state: z.enum(['failed', 'retrying']),
      tries: z.int(),
      /** What went wrong, without addresses. */
      error: z.string(),
      /** When it was given up, or when it is tried again. */
      at: time,
    }),
  ),
  /** Letters to us that could not be taken; they lie in their mailbox. */
  incoming: z.array(z.object({ mailbox: z.string(), reason: z.string(), at: time })),
})

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
      response: answers(view),
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
