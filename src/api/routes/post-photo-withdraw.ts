import type { Assignments } from '../../assignment/assignments.ts'
import { actingPerson } from '../../cases/roles.ts'
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
  {
    photos,
    database,
    assignments,
  }: {
    readonly photos: Photos
    readonly database: Database
    readonly assignments: Pick<Assignments, 'checkActs'>
  },
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
      return await database.write(user.organisation, 'normal', async (work) => {
        const photo = await photos.withdraw(work, id, actorName(user))
        // Which case it is of was not known before; this undoes it.
        await assignments.checkActs(work, actingPerson(user), [photo.case])
        return viewOf(photo)
      })
    },
  })
}
