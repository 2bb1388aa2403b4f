import { z } from 'zod'
import { actorName } from '../../domain/identity.ts'
import { noticeText, noticeView } from '../../notices/notice.ts'
import { answers, creates } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId, isoTime } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

const body = noticeText.extend({
  from: isoTime,
  /** Left out: until somebody ends it. */
  to: isoTime.optional(),
})

/** What the public is told before it reports: list, publish, end. */
export function registerNotices(api: Api, { notices }: Pick<ApiParts, 'notices'>): void {
  api.route({
    method: 'GET',
    url: '/notices',
    config: { permission: 'case.read' },
    schema: {
      tags: ['cases'],
      summary: 'List what the public is told before it reports',
      querystring: z.strictObject({ which: z.enum(['current', 'all']).default('current') }),
      response: answers(z.object({ notices: z.array(noticeView) })),
    },
    handler: async (request) => {
      const { organisation } = userOf(request)
      const found = await notices.list(organisation, request.query.which === 'all')
      return { notices: [...found] }
    },
  })
  api.route({
    method: 'POST',
    url: '/notices',
    config: { permission: 'notice.publish' },
    schema: {
      tags: ['cases'],
      summary: 'Tell the public before it reports',
      body,
      response: creates(noticeView),
    },
    handler: async (request, reply) => {
      const user = userOf(request)
      const { to, ...said } = request.body
      const by = actorName(user)
      const made = await notices.publish(user.organisation, { ...said, to: to ?? null, by })
      return reply.code(201).send(made)
    },
  })
  api.route({
    method: 'POST',
    url: '/notices/:id/end',
    config: { permission: 'notice.publish' },
    schema: {
      tags: ['cases'],
      summary: 'End a notice now',
      params: byId,
      response: answers(noticeView),
    },
    handler: (request) => notices.end(userOf(request).organisation, request.params.id),
  })
}
