import { z } from 'zod'
import type { Cases } from '../../cases/cases.ts'
import type { Database } from '../../database/database.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import type { Photo, Photos } from '../../photos/photos.ts'
import { photoSize } from '../inputs.ts'
import type { Api } from '../parts.ts'
import { problemView } from '../problem-reply.ts'
import { sendPublicPhoto } from '../send-public-photo.ts'

const params = z.strictObject({
  token: z.string().max(200),
  id: z.string().regex(/^[0-9a-f]{32}$/),
})

/** A photo that was shown to the public, for whoever has a link to its case. */
export function getFollowedPhoto(
  api: Api,
  parts: {
    readonly photos: Photos
    readonly cases: Pick<Cases, 'follow'>
    readonly database: Database
  },
): void {
  api.route({
    method: 'GET',
    url: '/f/:token/photos/:id',
    config: { permission: 'citizen.page' },
    schema: {
      hide: true,
      params,
      querystring: photoSize,
      response: { '4xx': problemView, '5xx': problemView },
    },
    handler: async ({ params: { token, id }, query: { size } }, reply) => {
      const { organisation, number } = await parts.cases.follow(token)
      return await sendPublicPhoto(reply, parts, {
        organisation,
        id,
        size,
        seesCase: (photo) => isOf(parts.database, { organisation, number, photo }),
      })
    },
  })
}

/** Of this case, or of one that ends in the same and is not hidden. */
async function isOf(
  database: Database,
  asked: {
    readonly organisation: OrganisationId
    readonly number: string
    readonly photo: Photo
  },
): Promise<boolean> {
  const rows = await database
    .read(asked.organisation)
    .selectFrom('case')
    .select(['id', 'number', 'root', 'state'])
    .where((either) =>
      either.or([either('number', '=', asked.number), either('id', '=', asked.photo.case)]),
    )
    .execute()
  const followed = rows.find(({ number }) => number === asked.number)
  const owner = rows.find(({ id }) => id === asked.photo.case)
  if (followed === undefined || owner === undefined) return false
  return followed.root === owner.root && owner.state !== 'hidden'
}
