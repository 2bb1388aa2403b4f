import { z } from 'zod'
import type { Cases } from '../../cases/cases.ts'
import type { Database } from '../../database/database.ts'
import { organisationId, type OrganisationId } from '../../domain/ids.ts'
import type { Photo, Photos } from '../../photos/photos.ts'
import { photoSize } from '../inputs.ts'
import type { Api } from '../parts.ts'
import { problemView } from '../problem-reply.ts'
import { sendPublicPhoto } from '../send-public-photo.ts'

const params = z.strictObject({
  organisation: organisationId,
  asset: z.string().max(100),
  id: z.string().regex(/^[0-9a-f]{32}$/),
})

interface Parts {
  readonly photos: Photos
  readonly cases: Pick<Cases, 'knownAt'>
  readonly database: Database
}

/** A photo that was shown to the public, of an open case that everybody is told of at its asset. */
export function getKnownPhoto(api: Api, parts: Parts): void {
  api.route({
    method: 'GET',
    url: '/:organisation/a/:asset/photos/:id',
    config: { permission: 'citizen.page' },
    schema: {
      hide: true,
      params,
      querystring: photoSize,
      response: { '4xx': problemView, '5xx': problemView },
    },
    handler: async ({ params: { organisation, asset, id }, query: { size } }, reply) =>
      await sendPublicPhoto(reply, parts, {
        organisation,
        id,
        size,
        seesCase: (photo) => isKnown(parts, { organisation, asset, photo }),
      }),
  })
}

/** Of a case that is told of there, or of one that ends in it and is neither hidden nor private. */
async function isKnown(
  { cases, database }: Parts,
  {
    organisation,
    asset,
    photo,
  }: {
    readonly organisation: OrganisationId
    readonly asset: string
    readonly photo: Photo
  },
): Promise<boolean> {
  const owner = await database
    .read(organisation)
    .selectFrom('case')
    .select('root')
    .where('id', '=', photo.case)
    .where('state', '<>', 'hidden')
    .where('private', '=', 0)
    .executeTakeFirst()
  if (owner === undefined) return false
  const known = await cases.knownAt(organisation, asset)
  return known.some(({ id }) => id === owner.root)
}
