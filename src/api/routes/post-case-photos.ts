import { z } from 'zod'
import type { Assignments } from '../../assignment/assignments.ts'
import type { Cases } from '../../cases/cases.ts'
import { actingPerson } from '../../cases/roles.ts'
import type { Database } from '../../database/database.ts'
import { actorName } from '../../domain/identity.ts'
import type { Photos } from '../../photos/photos.ts'
import { creates } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId, photoIds } from '../inputs.ts'
import type { Api } from '../parts.ts'
import { photoListView, viewOf } from '../photo-views.ts'

const body = z.strictObject({
  photos: photoIds,
})

/** Gives photos of staff to a case. */
export function postCasePhotos(
  api: Api,
  parts: {
    readonly photos: Photos
    readonly assignments: Pick<Assignments, 'checkActs'>
    readonly cases: Pick<Cases, 'get'>
    readonly database: Database
  },
): void {
  api.route({
    method: 'POST',
    url: '/cases/:id/photos',
    config: { permission: 'case.move' },
    schema: {
      tags: ['photos'],
      summary: 'Add photos to a case',
      params: byId,
      body,
      response: creates(photoListView),
    },
    handler: async (request, reply) => {
      const user = userOf(request)
      const { id } = request.params
      const { photos: ids } = request.body
      const { organisation } = user
      await parts.cases.get(organisation, id, false)
      const added = await parts.database.write(organisation, 'normal', async (work) => {
        await parts.assignments.checkActs(work, actingPerson(user), [id])
        await parts.photos.add(work, { ids, case: id, actor: actorName(user) })
        return await parts.photos.of(work.query, [id])
      })
      const photos = added.filter((photo) => ids.includes(photo.id))
      return reply.code(201).send({ photos: photos.map((photo) => viewOf(photo)) })
    },
  })
}
