import { z } from 'zod'
import type { Database } from '../../database/database.ts'
import { organisationId } from '../../domain/ids.ts'
import type { Photos } from '../../photos/photos.ts'
import { creates } from '../answers.ts'
import type { MultipartReader } from '../multipart.ts'
import type { Api } from '../parts.ts'
import { takeAll, takenPhotosView } from '../photo-views.ts'
import { photoRate } from '../rate-limits.ts'
import { requireOrganisation } from '../require-organisation.ts'

/** Takes photos from anybody, for the report that follows. */
export function postOrganisationPhotos(
  api: Api,
  parts: {
    readonly photos: Photos
    readonly database: Database
    readonly multipart: MultipartReader
  },
): void {
  api.route({
    method: 'POST',
    url: '/organisations/:organisation/photos',
    config: { permission: 'citizen.report', rateLimit: photoRate },
    schema: {
      tags: ['photos'],
      summary: 'Send photos before their report',
      description:
        'multipart/form-data with 1 to 5 files of at most 10 MB: JPEG, PNG, WebP or GIF. Name the ids in the report within 24 hours. Whatever a camera writes beside the picture is dropped.',
      params: z.strictObject({ organisation: organisationId }),
      consumes: ['multipart/form-data'],
      response: creates(takenPhotosView),
    },
    handler: async (request, reply) => {
      const { organisation } = request.params
      await requireOrganisation(parts.database, organisation)
      const { files } = await parts.multipart.read(request)
      return reply.code(201).send(await takeAll(parts.photos, organisation, files))
    },
  })
}
