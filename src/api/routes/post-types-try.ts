import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import type { Api, ApiParts } from '../parts.ts'
import { typeTryView } from '../type-view.ts'
import { tryBody, tryWork } from '../types-work.ts'

/** A message as a type would understand it, and the rules it would make true. Stores nothing. */
export function postTypesTry(
  api: Api,
  parts: Pick<ApiParts, 'database' | 'configurations' | 'clock' | 'lastMessage'>,
): void {
  api.route({
    method: 'POST',
    url: '/types/try',
    config: { permission: 'history.read' },
    schema: {
      tags: ['integration'],
      summary: 'What a device type makes of a message',
      body: tryBody,
      response: answers(typeTryView),
    },
    handler: async (request) => tryWork(parts, userOf(request).organisation, request.body),
  })
}
