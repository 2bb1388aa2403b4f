import { z } from 'zod'
import { caseActor } from '../../cases/roles.ts'
import { reportInput } from '../../cases/report-input.ts'
import { closingReason, wordsWarning } from '../../cases/views.ts'
import { actorName } from '../../domain/identity.ts'
import { creates } from '../answers.ts'
import { userOf } from '../authorise.ts'
import type { Api, ApiParts } from '../parts.ts'

/** How somebody told the organisation, or that one of its own people saw it. */
const body = reportInput.safeExtend({
  source: z.enum(['phone', 'visit', 'email', 'social', 'internal', 'inspection']),
  /** Answered at first contact: the case is closed at once, and these words are told to the public. */
  answered: z
    .strictObject({
      reason: closingReason.exclude(['duplicate']),
      text: z.string().trim().min(1).max(2_000),
      /** For `not_responsible`: who is. */
      outside: z.string().trim().min(1).max(200).exactOptional(),
      /** As of a move: refused while the text holds what looks like a contact. */
      unlessWarned: z.boolean().exactOptional(),
    })
    .exactOptional(),
})

/** Takes a report down for somebody who called or came, or of staff: the phone desk's door. */
export function postCase(api: Api, { cases }: Pick<ApiParts, 'cases'>): void {
  api.route({
    method: 'POST',
    url: '/cases',
    config: { permission: 'case.create' },
    schema: {
      tags: ['cases'],
      summary: 'Take a report down',
      description:
        'With `answered` it is answered and closed at once, by those who may close cases; a conflict where it belongs to a case that is known.',
      body,
      response: creates(
        z.object({
          case: z.string(),
          number: z.string(),
          known: z.object({ since: z.string(), bySensor: z.boolean() }).nullable(),
          /** What to look at again in the answer; left out: nothing. */
          warnings: z.array(wordsWarning).exactOptional(),
        }),
      ),
    },
    handler: async (request, reply) => {
      const user = userOf(request)
      const { answered, ...said } = request.body
      const receipt = await cases.report(user.organisation, {
        ...said,
        actor: actorName(user),
        ...(answered !== undefined && { answered: { ...answered, by: caseActor(user) } }),
      })
      const { case: id, number, known, warnings } = receipt
      const looked = warnings === undefined ? {} : { warnings: [...warnings] }
      return reply.code(201).send({ case: id, number, known, ...looked })
    },
  })
}
