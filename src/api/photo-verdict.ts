import type { Assignments } from '../assignment/assignments.ts'
import { actingPerson } from '../cases/roles.ts'
import type { Database } from '../database/database.ts'
import { actorName } from '../domain/identity.ts'
import type { Photos } from '../photos/photos.ts'
import { answers } from './answers.ts'
import { userOf } from './authorise.ts'
import { byId } from './inputs.ts'
import type { Api } from './parts.ts'
import { photoView, viewOf } from './photo-views.ts'

/** What a verdict over a photo needs. */
export interface VerdictParts {
  readonly photos: Photos
  readonly database: Database
  readonly assignments: Pick<Assignments, 'checkActs'>
}

/** The route by which people decide whether the public sees a photo. */
export function photoVerdict(
  api: Api,
  { photos, database, assignments }: VerdictParts,
  {
    verdict,
    summary,
  }: { readonly verdict: 'release' | 'withdraw'; readonly summary: string },
): void {
  api.route({
    method: 'POST',
    url: `/photos/:id/${verdict}`,
    config: { permission: 'photo.review' },
    schema: {
      tags: ['photos'],
      summary,
      params: byId,
      response: answers(photoView),
    },
    handler: async (request) => {
      const user = userOf(request)
      const { id } = request.params
      return await database.write(user.organisation, 'normal', async (work) => {
        const photo = await photos[verdict](work, id, actorName(user))
        // Which case it is of was not known before; this undoes it.
        await assignments.checkActs(work, actingPerson(user), [photo.case])
        return viewOf(photo)
      })
    },
  })
}
