import type { FastifyRequest } from 'fastify'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import type { Photos } from '../photos/photos.ts'

/** A form as it was sent; files that were too large or too many are left out and counted. */
export interface SentForm {
  readonly fields: Readonly<Record<string, unknown>>
  readonly files: readonly Uint8Array[]
  readonly leftOut: readonly ('size' | 'count')[]
}

/** Why a photo does not come with the report. */
export type PhotoError = 'size' | 'count' | 'kind' | 'later'

/** Photos of a form that were taken in, and what is wrong with the others. */
export interface SentPhotos {
  readonly ids: readonly string[]
  readonly wrong: readonly PhotoError[]
}

/** Photos of one report, together with those that came with it before. */
export const PHOTOS_MAX = 5

const kept = /^photo-([0-9a-f]{32})$/

/** Name of the box that keeps a photo which was taken in before. */
export function photoField(id: string): string {
  return `photo-${id}`
}

/** The form of a request, with its files where there is a reader for them. */
export async function sentForm(
  request: FastifyRequest,
  readForm: ((request: FastifyRequest) => Promise<SentForm>) | undefined,
): Promise<SentForm> {
  const isMultipart = /^multipart\/form-data/i.test(request.headers['content-type'] ?? '')
  if (isMultipart && readForm !== undefined) return await readForm(request)
  const { body } = request
  const fields = typeof body === 'object' && body !== null ? { ...body } : {}
  return { fields, files: [], leftOut: [] }
}

/** Photos that were taken in with the form before, and are still wanted. */
export function keptPhotos({ fields }: SentForm): readonly string[] {
  return Object.keys(fields)
    .flatMap((name) => kept.exec(name)?.[1] ?? [])
    .slice(0, PHOTOS_MAX)
}

/** Takes the photos in, one after another; what cannot be taken keeps nothing else from coming. */
export async function takePhotos(
  photos: Pick<Photos, 'take'>,
  organisation: OrganisationId,
  form: SentForm,
): Promise<SentPhotos> {
  const ids = [...keptPhotos(form)]
  const wrong = new Set<PhotoError>(form.leftOut)
  for (const bytes of form.files) {
    if (ids.length >= PHOTOS_MAX) {
      wrong.add('count')
      break
    }
    const taken = await takeOne(photos, organisation, bytes)
    if (typeof taken === 'string') wrong.add(taken)
    else ids.push(taken.id)
  }
  return { ids, wrong: [...wrong] }
}

async function takeOne(
  photos: Pick<Photos, 'take'>,
  organisation: OrganisationId,
  bytes: Uint8Array,
): Promise<{ readonly id: string } | PhotoError> {
  try {
    return await photos.take(organisation, bytes)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const { kind } = error.details
    if (kind === 'too_large') return 'size'
    return kind === 'invalid' ? 'kind' : 'later'
  }
}
