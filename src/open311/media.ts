import type { Logger } from 'pino'
import { describeFailure } from '../delivery/deliver.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import type { Photos } from '../photos/photos.ts'
import type { Fetch } from './fetch.ts'

/** Most photos of one report. */
export const MOST_PHOTOS = 5

/** Most bytes of a photo before it is made smaller. */
export const PHOTO_BYTES = 10 * 1024 * 1024

export interface MediaParts {
  /** Left out: nobody takes photos in here. */
  readonly photos?: Pick<Photos, 'take'>
  /** Left out: photos are taken in only when they come themselves. */
  readonly fetch?: Fetch
  readonly log: Logger
}

/** What came of the photos of a report. */
export interface TakenPhotos {
  readonly ids: readonly string[]
  /** How many could not be taken in. The report is worth more than its photos. */
  readonly lost: number
}

/** Photos as they were sent. */
interface SentPhotos {
  readonly files: readonly Uint8Array[]
  readonly urls: readonly string[]
  /** May addresses of others be asked? What stands in an address itself is taken anyhow. */
  readonly fetchMedia: boolean
}

/** Takes photos in: those that came, else those that stand in an address or can be fetched from it. */
export async function takePhotos(
  parts: MediaParts,
  organisation: OrganisationId,
  { files, urls, fetchMedia }: SentPhotos,
): Promise<TakenPhotos> {
  const { photos, log } = parts
  const named = urls.filter((url) => fetchMedia || written.test(url))
  const many = files.length > 0 ? files.length : named.length
  if (photos === undefined || many === 0) return { ids: [], lost: many }
  const ids: string[] = []
  const readers =
    files.length > 0
      ? files.map((bytes) => async () => bytes)
      : named.map((url) => () => read(parts, url))
  for (const reading of readers.slice(0, MOST_PHOTOS)) {
    try {
      const { id } = await photos.take(organisation, await reading())
      ids.push(id)
    } catch (error) {
      if (!isExpected(error)) throw error
      // Neither the address nor the picture: both belong to somebody.
      log.warn({ error: describeFailure(error).slice(0, 100) }, 'a photo was not taken in')
    }
  }
  return { ids, lost: many - ids.length }
}

/** A bad picture or an address that does not answer; not a fault of ours. */
function isExpected(error: unknown): boolean {
  return error instanceof Problem || error instanceof FetchFailure
}

class FetchFailure extends Error {
  override readonly name = 'FetchFailure'
}

/** A picture that is its own address (RFC 2397); of photos that nobody else may fetch, FixMyStreet sends such. */
const written = /^data:image\/[\w.+-]{1,40}(?:;[\w=-]{1,60}){0,4};base64,/i

async function read(parts: MediaParts, url: string): Promise<Uint8Array> {
  const [head] = written.exec(url) ?? []
  if (head === undefined) return await fetched(parts, url)
  // A plus that nobody wrote as %2B came as a blank.
  const bytes = Buffer.from(url.slice(head.length).replaceAll(' ', '+'), 'base64')
  if (bytes.length <= PHOTO_BYTES) return bytes
  throw new FetchFailure('the photo is too large')
}

async function fetched({ fetch }: MediaParts, url: string): Promise<Uint8Array> {
  if (fetch === undefined) throw new FetchFailure('photos are not fetched here')
  try {
    const { status, body } = await fetch({ method: 'GET', url, most: PHOTO_BYTES })
    if (status !== 200) throw new FetchFailure(`the photo was answered with ${status}`)
    return body
  } catch (cause) {
    throw new FetchFailure('the photo could not be fetched', { cause })
  }
}
