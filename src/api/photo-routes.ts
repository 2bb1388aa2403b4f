import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from '@fastify/type-provider-zod'
import type { Assignments } from '../assignment/assignments.ts'
import type { Cases } from '../cases/cases.ts'
import type { Database } from '../database/database.ts'
import type { Photos } from '../photos/photos.ts'
import { registerMultipart, type MultipartReader } from './multipart.ts'
import { getCasePhotos } from './routes/get-case-photos.ts'
import { getPhoto } from './routes/get-photo.ts'
import { postCasePhotos } from './routes/post-case-photos.ts'
import { postOrganisationPhotos } from './routes/post-organisation-photos.ts'
import { postPhotoRelease } from './routes/post-photo-release.ts'
import { postPhotoWithdraw } from './routes/post-photo-withdraw.ts'
import { postPhotos } from './routes/post-photos.ts'

export interface PhotoRouteParts {
  readonly photos: Photos
  readonly assignments: Pick<Assignments, 'checkActs'>
  readonly cases: Pick<Cases, 'get' | 'follow'>
  readonly database: Database
  /** One for the whole process. */
  readonly multipart: MultipartReader
}

/** Routes of photos below /api/v1; multipart bodies are read in the scope of those that take photos alone. */
export async function registerPhotoRoutes(
  app: FastifyInstance,
  parts: PhotoRouteParts,
): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>()
  getCasePhotos(api, parts)
  postCasePhotos(api, parts)
  getPhoto(api, parts)
  postPhotoRelease(api, parts)
  postPhotoWithdraw(api, parts)
  await app.register(async (scope) => {
    await registerMultipart(scope)
    const uploads = scope.withTypeProvider<ZodTypeProvider>()
    postPhotos(uploads, parts)
    postOrganisationPhotos(uploads, parts)
  })
}
