import { z } from 'zod'
import { absenceView } from '../../assignment/absence-views.ts'
import type { Assignments } from '../../assignment/assignments.ts'
import { slug } from '../../domain/ids.ts'
import { can } from '../../identity/permissions.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import type { Api } from '../parts.ts'

/** When one is away oneself; for whoever keeps the absences of others, when anybody is. */
export function getAbsences(
  api: Api,
  { assignments }: { readonly assignments: Pick<Assignments, 'absences'> },
): void {
  api.route({
    method: 'GET',
    url: '/absences',
    config: { permission: 'absence.own' },
    schema: {
      tags: ['cases'],
      summary: 'List absences',
      querystring: z.strictObject({ person: slug.optional() }),
      response: answers(z.object({ absences: z.array(absenceView) })),
    },
    handler: async (request) => {
      const user = userOf(request)
      const { organisation } = user
      const anybody = can(user, 'absence.any', { organisation })
      const person = anybody ? request.query.person : user.user
      const of = person === undefined ? undefined : { person }
      return { absences: [...(await assignments.absences.list(organisation, of))] }
    },
  })
}
