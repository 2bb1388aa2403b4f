import { absenceView } from '../../assignment/absence-views.ts'
import type { Assignments } from '../../assignment/assignments.ts'
import { actorName } from '../../domain/identity.ts'
import { can } from '../../identity/permissions.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api } from '../parts.ts'

/** Ends an absence now, or takes it back before it began. It stays in the list. */
export function deleteAbsence(
  api: Api,
  { assignments }: { readonly assignments: Pick<Assignments, 'absences'> },
): void {
  api.route({
    method: 'DELETE',
    url: '/absences/:id',
    config: { permission: 'absence.own' },
    schema: {
      tags: ['cases'],
      summary: 'End an absence now',
      params: byId,
      response: answers(absenceView),
    },
    handler: (request) => {
      const user = userOf(request)
      const { organisation } = user
      const anybody = can(user, 'absence.any', { organisation })
      return assignments.absences.end(organisation, {
        id: request.params.id,
        by: actorName(user),
        ...(!anybody && { person: user.user }),
      })
    },
  })
}
