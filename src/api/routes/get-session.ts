import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import type { Api, ApiParts } from '../parts.ts'
import { sessionOf } from '../session-of.ts'
import { sessionView } from '../views.ts'

/** Who is logged in. */
export function getSession(api: Api, { database }: Pick<ApiParts, 'database'>): void {
  api.route({
    method: 'GET',
    url: '/session',
    config: { permission: 'session' },
    schema: { tags: ['session'], summary: 'Who am I', response: answers(sessionView) },
    handler: (request) => sessionOf(database, userOf(request)),
  })
}
