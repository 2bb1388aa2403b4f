import { actingPerson, caseRole } from '../../cases/roles.ts'
import { caseDetailView } from '../../cases/views.ts'
import { actorName } from '../../domain/identity.ts'
import { writeAudit } from '../../identity/audit.ts'
import { can } from '../../identity/permissions.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

/** One case; with its reporters for those who may see personal data, and then it is written down. */
export function getCase(
  api: Api,
  {
    cases,
    assignments,
    database,
    clock,
  }: Pick<ApiParts, 'cases' | 'assignments' | 'database' | 'clock'>,
): void {
  api.route({
    method: 'GET',
    url: '/cases/:id',
    config: { permission: 'case.read' },
    schema: {
      tags: ['cases'],
      summary: 'One case',
      params: byId,
      response: answers(caseDetailView),
    },
    handler: async (request) => {
      const user = userOf(request)
      const { organisation } = user
      const { id } = request.params
      const withReporters = can(user, 'case.person.read', { organisation })
      const found = await cases.get(organisation, id, withReporters, caseRole(user.roles))
      if (found.reporters !== null) {
        // Before the answer leaves: what cannot be written down is not shown.
        await database.write(organisation, 'normal', (work) =>
          writeAudit(work, {
            at: clock.now(),
            actor: actorName(user),
            action: 'case.person.read',
            subject: id,
          }),
        )
      }
      const acts = await assignments.mayAct(organisation, actingPerson(user), id)
      // Another unit has it: it is looked at, and moved by those who have it.
      return acts ? found : { ...found, moves: [] }
    },
  })
}
