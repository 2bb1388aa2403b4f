import type { Api } from '../parts.ts'

/** People who type only the host's name are staff. */
export function getRoot(api: Api): void {
  api.route({
    method: 'GET',
    url: '/',
    config: { permission: 'public' },
    schema: { hide: true },
    handler: (_request, reply) => reply.redirect('/console/'),
  })
}
