import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import type { ScopedQueries } from '../database/database.ts'
import type { Tables } from '../database/tables.ts'
import { durationUs, earlier, HOUR, toIso, type TimeUs } from '../domain/time.ts'
import { mask } from '../privacy/mask.ts'
import type { PersonalData } from '../privacy/personal-data.ts'
import type { ReviewsView, WaitingText } from './reviews-view.ts'

/** After a case has been closed for so long nobody need look at what came with it. */
const CLOSED_DAYS = 30
const DAY = durationUs(24 * HOUR)
/** Reports without words beside those with words that one answer looks at. */
const LOOKED_AT = 1_000

/** How many of each at most, and from when on closed cases still count. */
export interface ReviewsAsked {
  readonly limit: number
  readonly now: TimeUs
}

/** Photos nobody has decided on yet, whoever waits longest first. */
export async function waitingPhotos(
  query: ScopedQueries,
  { limit, now }: ReviewsAsked,
): Promise<ReviewsView['photos']> {
  const rows = await query
    .selectFrom('photo')
    .innerJoin('case', 'case.id', 'photo.case')
    .innerJoin('case as root', 'root.id', 'case.root')
    .select(['photo.id', 'photo.report', 'photo.width', 'photo.height'])
    .select(['case.id as case', 'case.number', 'photo.taken_at as at'])
    .where('photo.reviewed_at', 'is', null)
    .where((where) => isForPublic(where, now))
    .orderBy('photo.taken_at')
    .orderBy('photo.id')
    .limit(limit)
    .execute()
  return rows.map(photoOf)
}

/** Photos that the public sees, what was shown last first. */
export async function shownPhotos(
  query: ScopedQueries,
  { limit }: ReviewsAsked,
): Promise<ReviewsView['photos']> {
  const rows = await query
    .selectFrom('photo')
    .innerJoin('case', 'case.id', 'photo.case')
    .select(['photo.id', 'photo.report', 'photo.width', 'photo.height'])
    .select(['case.id as case', 'case.number', 'photo.reviewed_at', 'photo.taken_at'])
    .where('photo.public', '=', 1)
    .orderBy('photo.reviewed_at', 'desc')
    .orderBy('photo.id')
    .limit(limit)
    .execute()
  return rows.map((row) => photoOf({ ...row, at: row.reviewed_at ?? row.taken_at }))
}

/** Words nobody has decided on yet, whoever waits longest first; each with a masked copy to begin from. */
export async function waitingTexts(
  query: ScopedQueries,
  personal: PersonalData,
  { limit, now }: ReviewsAsked,
): Promise<readonly WaitingText[]> {
  const rows = await query
    .selectFrom('personal')
    .innerJoin('case', 'case.id', 'personal.case')
    .innerJoin('case as root', 'root.id', 'case.root')
    .leftJoin('released_text', 'released_text.id', 'personal.id')
    .select(['personal.id', 'case.id as case', 'case.number', 'personal.kept_at as at'])
    .where('personal.sealed', 'is not', null)
    .where('released_text.id', 'is', null)
    .where((where) => isForPublic(where, now))
    .orderBy('personal.kept_at')
    .orderBy('personal.id')
    .limit(LOOKED_AT)
    .execute()
  const people = await personal.read(
    query,
    rows.map(({ id }) => id),
  )
  return rows
    .flatMap(({ id, case: caseId, number, at }) => {
      const original = people.get(id)?.text ?? ''
      if (original === '') return []
      const { text, spans } = mask(original)
      const of = { id: caseId, number }
      return [{ id, case: of, at: toIso(at), original, text, masked: [...spans] }]
    })
    .slice(0, limit)
}

/** Words that the public reads, what was shown last first. */
export async function shownTexts(
  query: ScopedQueries,
  { limit }: ReviewsAsked,
): Promise<readonly WaitingText[]> {
  const rows = await query
    .selectFrom('released_text')
    .innerJoin('case', 'case.id', 'released_text.case')
    .select(['released_text.id', 'released_text.text', 'released_text.at'])
    .select(['case.id as case', 'case.number'])
    .where('released_text.text', 'is not', null)
    .orderBy('released_text.at', 'desc')
    .orderBy('released_text.id')
    .limit(limit)
    .execute()
  return rows.map(({ id, text, at, case: caseId, number }) => ({
    id,
    case: { id: caseId, number },
    at: toIso(at),
    original: null,
    text: text ?? '',
    masked: [],
  }))
}

/** Of a case that the public sees, and the one it lies in: open, or closed not long ago. */
function isForPublic(
  where: ExpressionBuilder<Tables & { root: Tables['case'] }, 'case' | 'root'>,
  now: TimeUs,
): Expression<SqlBool> {
  const since = earlier(now, durationUs(CLOSED_DAYS * DAY))
  return where.and([
    where('case.private', '=', 0),
    where('case.state', '<>', 'hidden'),
    where('root.state', '<>', 'hidden'),
    where.or([where('root.closed_at', 'is', null), where('root.closed_at', '>=', since)]),
  ])
}

function photoOf(row: {
  readonly id: string
  readonly report: string | null
  readonly width: number
  readonly height: number
  readonly case: string
  readonly number: string
  readonly at: TimeUs
}): ReviewsView['photos'][number] {
  const { id, report, width, height, at } = row
  const of = { id: row.case, number: row.number }
  return { id, case: of, report, width, height, at: toIso(at) }
}
