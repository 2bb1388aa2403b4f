import type { ScopedQueries } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import type { Photos } from '../photos/photos.ts'
import type { Open311Catalogue } from './config.ts'
import { open311Prefix } from './suffix.ts'
import { anybody, visibleById } from './visibility.ts'

/** Photos that one answer names. */
const MOST_NAMED = 5_000
const CASES_AT_ONCE = 1_000

/** Where photos stand that everybody may see. */
export interface PhotoPlace {
  /** Where people reach the service, without a slash at the end. */
  readonly baseUrl: string
  readonly catalogue: Open311Catalogue
}

/** Addresses of photos that somebody showed to the public, by case, in the order in which they came. */
export async function photosOfCases(
  query: ScopedQueries,
  place: PhotoPlace,
  cases: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>()
  for (let start = 0; start < cases.length; start += CASES_AT_ONCE) {
    const rows = await query
      .selectFrom('photo')
      .select(['id', 'case'])
      .where('case', 'in', cases.slice(start, start + CASES_AT_ONCE))
      .where('public', '=', 1)
      .orderBy('taken_at')
      .orderBy('place')
      .orderBy('id')
      .limit(MOST_NAMED)
      .execute()
    for (const { id, case: about } of rows) {
      if (about === null) continue
      const address = addressOf(place, id)
      const known = found.get(about)
      if (known === undefined) found.set(about, [address])
      else known.push(address)
    }
  }
  return found
}

/** Of these photos the addresses of those that are shown now, by id. */
export async function photoAddresses(
  query: ScopedQueries,
  place: PhotoPlace,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await query
    .selectFrom('photo')
    .select('id')
    .where('id', 'in', ids.slice(0, CASES_AT_ONCE))
    .where('public', '=', 1)
    .execute()
  return new Map(rows.map(({ id }) => [id, addressOf(place, id)] as const))
}

/** What `media_url` says: clients that are not marked for several photos are told of one. */
export function mediaUrl(
  addresses: readonly string[],
  several: boolean,
): string | readonly string[] | null {
  const [one = null] = addresses
  return several && addresses.length > 1 ? addresses : one
}

/**
 * A photo that everybody may see, as JPEG. Throws Problem not_found for one
 * that was not shown to the public, or whose case is not shown to everybody.
 */
export async function shownPhoto(
  { query, photos }: { readonly query: ScopedQueries; readonly photos: ReadPhotos },
  asked: {
    readonly organisation: OrganisationId
    readonly catalogue: Open311Catalogue
    readonly id: string
  },
): Promise<Uint8Array> {
  const photo = await photos.one(query, asked.id)
  if (photo?.isPublic !== true) throw noPhoto()
  const cases = await visibleById(query, asked.catalogue, {
    viewer: anybody,
    ids: [photo.case],
  })
  const kept = cases.has(photo.case)
    ? await photos.bytes(asked.organisation, photo.id)
    : undefined
  if (kept === undefined) throw noPhoto()
  return kept
}

export type ReadPhotos = Pick<Photos, 'one' | 'bytes'>

function addressOf({ baseUrl, catalogue }: PhotoPlace, id: string): string {
  const [jurisdiction = ''] = catalogue.open311?.jurisdictions ?? []
  return `${baseUrl}${open311Prefix}/media/${jurisdiction}/${id}.jpeg`
}

/** Never there, not for everybody, taken back and erased are the same. */
export function noPhoto(): Problem {
  return new Problem({ kind: 'not_found', what: 'There is no such photo' })
}
