import { z } from 'zod'
import type { OrganisationId } from '../domain/ids.ts'
import type { Photo, Photos } from '../photos/photos.ts'

/** A photo of a case for those who work on it. */
export const photoView = z.object({
  id: z.string(),
  case: z.string(),
  report: z.string().nullable(),
  width: z.int(),
  height: z.int(),
  public: z.boolean(),
})

export const photoListView = z.object({ photos: z.array(photoView) })

/** Photos that wait for their report; `place` is a suggestion to confirm, and stored nowhere. */
export const takenPhotosView = z.object({
  photos: z.array(
    z.object({
      id: z.string(),
      width: z.int(),
      height: z.int(),
      place: z.object({ lat: z.number(), lon: z.number() }).optional(),
    }),
  ),
})

export function viewOf({ isPublic, ...photo }: Photo): z.infer<typeof photoView> {
  return { ...photo, public: isPublic }
}

/** One after another, in their order. When one is refused, those that were taken before it go again. */
export async function takeAll(
  photos: Photos,
  organisation: OrganisationId,
  files: readonly Uint8Array[],
): Promise<z.infer<typeof takenPhotosView>> {
  const taken: z.infer<typeof takenPhotosView>['photos'] = []
  try {
    for (const bytes of files) taken.push(await photos.take(organisation, bytes))
  } catch (error) {
    for (const { id } of taken) await photos.erase(organisation, { id })
    throw error
  }
  return { photos: taken }
}
