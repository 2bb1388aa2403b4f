import type { Photos } from '../../photos/photos.ts'
import { creates } from '../answers.ts'
import { userOf } from '../authorise.ts'
import type { MultipartReader } from '../multipart.ts'
import type { Api } from '../parts.ts'
import { takeAll, takenPhotosView } from '../photo-views.ts'

/** Takes photos of staff, for a case or a report. */
export function postPhotos(
  api: Api,
  parts: { readonly photos: Photos; readonly multipart: MultipartReader },
): void {
  api.route({
    method: 'POST',
    url: '/photos',
    config: { permission: 'case.move' },
    schema: {
      tags: ['photos'],
      summary: 'Send photos for a case',
      description:
        'multipart/form-data with 1 to 5 files of at most 10 MB: JPEG, PNG, WebP or GIF. Give the ids to a case or a report within 24 hours.',
      consumes: ['multipart/form-data'],
      response: creates(takenPhotosView),
    },
    handler: async (request, reply) => {
      const { organisation } = userOf(request)
      const { files } = await parts.multipart.read(request)
      return reply.code(201).send(await takeAll(parts.photos, organisation, files))
    },
  })
}
