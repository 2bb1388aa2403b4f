import type { Database } from '../../database/database.ts'
import { actorName } from '../../domain/identity.ts'
import type { Photos } from '../../photos/photos.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api } from '../parts.ts'
import { photoView, viewOf } from '../photo-views.ts'

/** Takes a photo from the public again. */
export function postPhotoWithdraw(
  api: Api,
  { photos, database }: { readonly photos: Photos; readonly database: Database },
): void {
  api.route({
    method: 'POST',
    url: '/photos/:id/withdraw',
    config: { permission: 'photo.review' },
    schema: {
      tags: ['photos'],
      summary: 'Take a photo from the public',
      params: byId,
      response: answers(photoView),
    },
    handler: async (request) => {
      const user = userOf(request)
      const { id } = request.params
      const photo = await database.write(user.organisation, 'normal', (work) =>
        photos.withdraw(work, id, actorName(user)),
      )
      return viewOf(photo)
    },
  })
}
