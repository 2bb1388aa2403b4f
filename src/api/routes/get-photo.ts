import type { Database } from '../../database/database.ts'
import type { Photos } from '../../photos/photos.ts'
import { userOf } from '../authorise.ts'
import { byId, photoSize } from '../inputs.ts'
import type { Api } from '../parts.ts'
import { problemView } from '../problem-reply.ts'
import { sendPhoto } from '../send-photo.ts'

/** The picture itself, for staff. */
export function getPhoto(
  api: Api,
  parts: { readonly photos: Photos; readonly database: Database },
): void {
  api.route({
    method: 'GET',
    url: '/photos/:id',
    config: { permission: 'case.read' },
    schema: {
      tags: ['photos'],
      summary: 'A photo as JPEG',
      params: byId,
      querystring: photoSize,
      response: { '4xx': problemView, '5xx': problemView },
    },
    handler: async (request, reply) => {
      const { organisation } = userOf(request)
      const { id } = request.params
      const { size } = request.query
      // One that waits for its report is nobody's to see.
      const known = await parts.photos.one(parts.database.read(organisation), id)
      const bytes = known && (await parts.photos.bytes(organisation, id, size))
      return sendPhoto(reply, bytes)
    },
  })
}
