import type { Api } from '../parts.ts'

/** The description of this API, made from the routes themselves. */
export function getOpenapi(api: Api): void {
  api.route({
    method: 'GET',
    url: '/openapi.json',
    config: { permission: 'public' },
    schema: { hide: true },
    handler: (_request, reply) =>
      reply.type('application/json').send(JSON.stringify(api.swagger())),
  })
}
