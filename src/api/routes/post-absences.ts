import { absenceInput, absenceView } from '../../assignment/absence-views.ts'
import type { Assignments } from '../../assignment/assignments.ts'
import { actorName } from '../../domain/identity.ts'
import { slug } from '../../domain/ids.ts'
import { Problem } from '../../domain/problem.ts'
import { can } from '../../identity/permissions.ts'
import { creates } from '../answers.ts'
import { userOf } from '../authorise.ts'
import type { Api } from '../parts.ts'

/** Left out: oneself. */
const body = absenceInput.extend({ person: slug.optional() })

/** Says when somebody is away, and who gets the cases meanwhile. */
export function postAbsences(
  api: Api,
  { assignments }: { readonly assignments: Pick<Assignments, 'absences'> },
): void {
  api.route({
    method: 'POST',
    url: '/absences',
    config: { permission: 'absence.own' },
    schema: {
      tags: ['cases'],
      summary: 'Say when somebody is away',
      body,
      response: creates(absenceView),
    },
    handler: async (request, reply) => {
      const user = userOf(request)
      const { organisation } = user
      const { person = user.user, ...absence } = request.body
      if (person !== user.user && !can(user, 'absence.any', { organisation })) {
        throw new Problem({
          kind: 'forbidden',
          what: 'You can only say when you are away yourself.',
          where: 'person',
          next: 'Ask an administrator of your organisation.',
        })
      }
      const by = actorName(user)
      const kept = await assignments.absences.add(organisation, { ...absence, person, by })
      return reply.code(201).send(kept)
    },
  })
}
