import type { FastifyReply } from 'fastify'
import type { Database } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { Photo, Photos, PhotoSize } from '../photos/photos.ts'
import { sendPhoto } from './send-photo.ts'

interface Asked {
  readonly organisation: OrganisationId
  readonly id: string
  readonly size: PhotoSize
  /** May whoever asks see pictures of the case that it belongs to? */
  readonly seesCase: (photo: Photo) => Promise<boolean>
}

/** Answers with a photo that somebody released, and with nothing else. */
export async function sendPublicPhoto(
  reply: FastifyReply,
  { photos, database }: { readonly photos: Photos; readonly database: Database },
  { organisation, id, size, seesCase }: Asked,
): Promise<FastifyReply> {
  const photo = await photos.one(database.read(organisation), id)
  const shown = photo?.isPublic === true && (await seesCase(photo))
  return sendPhoto(reply, shown ? await photos.bytes(organisation, id, size) : undefined)
}
