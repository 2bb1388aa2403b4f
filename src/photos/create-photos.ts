import { join } from 'node:path'
import type { Database, UnitOfWork } from '../database/database.ts'
import type { Clock, Random } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'
import { createEncoder, type Encoder } from './encoder.ts'
import { photoFiles, type PhotoFiles } from './files.ts'
import { UPLOAD_BYTES } from './limits.ts'
import { emptyUpload, refusalProblem, tooLarge } from './refusals.ts'
import {
  addPhoto,
  attachPhotos,
  forgetPhotos,
  onePhoto,
  photosOf,
  reviewPhoto,
} from './rows.ts'
import type { Photo, Photos, TakenPhoto } from './photos.ts'

/** What happened to photos of a case. Of those that come with a report the report itself tells. */
export interface PhotoNews {
  /** Staff added them; or looked at one and showed it to the public, or took it back. */
  readonly kind: 'added' | 'shown' | 'hidden'
  readonly case: string
  readonly photos: readonly string[]
  readonly actor: string
  readonly at: TimeUs
}

export interface PhotoParts {
  readonly database: Database
  /** The data folder; photos stand in `photos/` below it. */
  readonly folder: string
  readonly clock: Clock
  /** Guards the encoder, whatever clock the service lives by. */
  readonly realTime: Pick<Clock, 'after'>
  readonly random: Random
  /** Writes it into the history of the case, in the same transaction; awaits only the database. */
  readonly heard?: (work: UnitOfWork, news: PhotoNews) => Promise<void>
  /** Left out: a process of its own. */
  readonly encoder?: Encoder
}

export interface PhotoService extends Photos, AsyncDisposable {
  /** For the sweep. */
  readonly files: PhotoFiles
}

/** Photos in `<folder>/photos`, decoded in a process of their own. */
export function createPhotos(parts: PhotoParts): PhotoService {
  const { database } = parts
  const encoder = parts.encoder ?? createEncoder(parts)
  const files = photoFiles(join(parts.folder, 'photos'))
  const service = { ...parts, encoder, files }
  return {
    files,
    take: (organisation, bytes) => take(service, organisation, bytes),
    attach: attachPhotos,
    async add(work, { ids, case: caseId, actor }) {
      await attachPhotos(work, { ids, case: caseId, report: null })
      await tell(service, work, { kind: 'added', case: caseId, photos: ids, actor })
    },
    of: photosOf,
    one: onePhoto,
    async bytes(organisation, id, size = 'full') {
      // Without a row it is erased, whatever the folder still holds.
      const row = await database
        .read(organisation)
        .selectFrom('photo')
        .select('id')
        .where('id', '=', id)
        .executeTakeFirst()
      return row === undefined ? undefined : await files.read(organisation, id, size)
    },
    release: (work, id, actor) => review(service, work, { id, actor, isPublic: true }),
    withdraw: (work, id, actor) => review(service, work, { id, actor, isPublic: false }),
    forget: forgetPhotos,
    async erase(organisation, what) {
      const ids = await database.write(organisation, 'normal', (work) =>
        forgetPhotos(work, what),
      )
      await files.remove(organisation, ids)
      return ids.length
    },
    [Symbol.asyncDispose]: () => encoder[Symbol.asyncDispose](),
  }
}

interface Service extends PhotoParts {
  readonly encoder: Encoder
  readonly files: PhotoFiles
}

async function take(
  { database, encoder, files, clock, random }: Service,
  organisation: OrganisationId,
  bytes: Uint8Array,
): Promise<TakenPhoto> {
  if (bytes.length === 0) throw emptyUpload()
  if (bytes.length > UPLOAD_BYTES) throw tooLarge(bytes.length)
  const made = await encoder.encode(bytes)
  if ('kind' in made) throw refusalProblem(made)
  const { full, small, width, height, place } = made
  const id = Buffer.from(random.bytes(16)).toString('hex')
  // The file first: a row promises its file. A file that gets no row is swept.
  await files.write(organisation, id, { full, small })
  const row = { id, width, height, bytes: full.length, at: clock.now() }
  try {
    await database.write(organisation, 'normal', (work) => addPhoto(work, row))
  } catch (error) {
    await files.remove(organisation, [id])
    throw error
  }
  return { id, width, height, ...(place !== undefined && { place }) }
}

async function review(
  service: Service,
  work: UnitOfWork,
  { id, actor, isPublic }: Review,
): Promise<Photo> {
  const at = service.clock.now()
  const photo = await reviewPhoto(work, id, { isPublic, actor, at })
  const kind = isPublic ? 'shown' : 'hidden'
  await tell(service, work, { kind, case: photo.case, photos: [id], actor })
  return photo
}

interface Review {
  readonly id: string
  readonly actor: string
  readonly isPublic: boolean
}

async function tell(
  { clock, heard }: Service,
  work: UnitOfWork,
  news: Omit<PhotoNews, 'at'>,
): Promise<void> {
  await heard?.(work, { ...news, at: clock.now() })
  work.tell({ kind: 'case', subject: news.case })
}
