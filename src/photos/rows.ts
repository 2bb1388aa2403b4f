import type { ScopedQueries, UnitOfWork } from '../database/database.ts'
import { Problem } from '../domain/problem.ts'
import type { TimeUs } from '../domain/time.ts'
import { isPhotoId } from './files.ts'
import { PHOTOS_A_REPORT, WAITING_PHOTOS } from './limits.ts'
import type { Photo, PhotosOf } from './photos.ts'

/** Photos that one answer lists, and ids that one sweep looks at. */
export const ROWS = 1_000

export interface NewPhoto {
  readonly id: string
  readonly width: number
  readonly height: number
  readonly bytes: number
  readonly at: TimeUs
}

/** Throws Problem too_many when too many photos wait for their reports. */
export async function addPhoto(work: UnitOfWork, photo: NewPhoto): Promise<void> {
  const { query, organisation } = work
  const { waiting } = await query
    .selectFrom('photo')
    .select((select) => select.fn.countAll().as('waiting'))
    .where('case', 'is', null)
    .executeTakeFirstOrThrow()
  if (Number(waiting) >= WAITING_PHOTOS) {
    throw new Problem({
      kind: 'too_many',
      what: 'No more photos can be taken in now',
      why: `${WAITING_PHOTOS} photos wait for the reports they belong to`,
      next: 'Send the report without the photo, or try again tomorrow',
    })
  }
  const { id, width, height, bytes, at } = photo
  await query
    .insertInto('photo')
    .values({
      organisation,
      id,
      width,
      height,
      bytes,
      taken_at: at,
      case: null,
      report: null,
      place: 0,
      public: 0,
      reviewed_by: null,
      reviewed_at: null,
    })
    .execute()
}

/** Gives them to a case, all or none. */
export async function attachPhotos(
  { query }: UnitOfWork,
  to: {
    readonly ids: readonly string[]
    readonly case: string
    readonly report: string | null
  },
): Promise<void> {
  const { ids } = to
  if (ids.length > PHOTOS_A_REPORT) {
    throw refused(`At most ${PHOTOS_A_REPORT} photos fit a report; these are ${ids.length}`)
  }
  if (new Set(ids).size !== ids.length) throw refused('The same photo is named twice')
  for (const [place, id] of ids.entries()) {
    const { numUpdatedRows } = await query
      .updateTable('photo')
      .set({ case: to.case, report: to.report, place })
      .where('id', '=', id)
      .where('case', 'is', null)
      .executeTakeFirstOrThrow()
    if (numUpdatedRows !== 1n) {
      throw refused(
        'A photo is not known, belongs to a report already, or waited over 24 hours',
      )
    }
  }
}

function refused(why: string): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'The photos cannot be added',
    where: 'photos',
    why,
    next: 'Send the photos again, or leave them out',
  })
}

export async function photosOf(
  query: ScopedQueries,
  cases: readonly string[],
): Promise<readonly Photo[]> {
  if (cases.length === 0) return []
  const rows = await query
    .selectFrom('photo')
    .selectAll()
    .where('case', 'in', cases.slice(0, ROWS))
    .orderBy('taken_at')
    .orderBy('place')
    .orderBy('id')
    .limit(ROWS)
    .execute()
  return rows.flatMap((row) => photoOf(row) ?? [])
}

export async function onePhoto(
  query: ScopedQueries,
  id: string,
): Promise<Photo | undefined> {
  if (!isPhotoId(id)) return undefined
  const row = await query
    .selectFrom('photo')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  return row && photoOf(row)
}

interface PhotoRow {
  readonly id: string
  readonly case: string | null
  readonly report: string | null
  readonly width: number
  readonly height: number
  readonly public: number
}

function photoOf(row: PhotoRow): Photo | undefined {
  const { id, case: caseId, report, width, height } = row
  if (caseId === null) return undefined
  return { id, case: caseId, report, width, height, isPublic: row.public === 1 }
}

/** Throws Problem not_found. */
export async function reviewPhoto(
  { query }: UnitOfWork,
  id: string,
  review: { readonly isPublic: boolean; readonly actor: string; readonly at: TimeUs },
): Promise<Photo> {
  const known = await onePhoto(query, id)
  if (known === undefined) throw noPhoto()
  await query
    .updateTable('photo')
    .set({
      public: review.isPublic ? 1 : 0,
      reviewed_by: review.actor,
      reviewed_at: review.at,
    })
    .where('id', '=', id)
    .execute()
  return { ...known, isPublic: review.isPublic }
}

export function noPhoto(): Problem {
  return new Problem({
    kind: 'not_found',
    what: 'There is no such photo',
    why: 'It was never there, or it was erased',
  })
}

/** Deletes rows; their ids. */
export async function forgetPhotos(
  { query }: UnitOfWork,
  what: PhotosOf,
): Promise<readonly string[]> {
  const [column, value] = columnOf(what)
  const gone = await query
    .deleteFrom('photo')
    .where(column, '=', value)
    .returning('id')
    .execute()
  return gone.map(({ id }) => id)
}

function columnOf(what: PhotosOf): readonly ['id' | 'case' | 'report', string] {
  if ('id' in what) return ['id', what.id]
  return 'case' in what ? ['case', what.case] : ['report', what.report]
}

/** Photos that waited for their report since before `until`; at most `ROWS`. */
export async function forgetWaiting(
  { query }: UnitOfWork,
  until: TimeUs,
): Promise<readonly string[]> {
  const late = await query
    .selectFrom('photo')
    .select('id')
    .where('case', 'is', null)
    .where('taken_at', '<', until)
    .orderBy('taken_at')
    .limit(ROWS)
    .execute()
  const ids = late.map(({ id }) => id)
  if (ids.length > 0) await query.deleteFrom('photo').where('id', 'in', ids).execute()
  return ids
}
