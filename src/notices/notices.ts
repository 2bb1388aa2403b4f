import type { Database, ScopedQueries, UnitOfWork } from '../database/database.ts'
import type { Tables } from '../database/tables.ts'
import type { Clock, Random } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { timeUs, toIso, type TimeUs } from '../domain/time.ts'
import { type About, type NoticeWorld, speaksOf } from './matching.ts'
import { noticeText, type NoticeText, type NoticeView } from './notice.ts'

/** Notices of one organisation that are not over. */
export const MOST_NOTICES = 500
/** Notices in one answer. */
const LONGEST_LIST = 1_000

export interface NoticeRequest extends NoticeText {
  readonly from: TimeUs
  /** Left out: until somebody ends it. Planned work has an end. */
  readonly to: TimeUs | null
  readonly by: string
}

/** What the public is told before it reports. */
export interface Notices {
  /** Newest beginning first; those that are over only when `all`. */
  list(organisation: OrganisationId, all: boolean): Promise<readonly NoticeView[]>
  /** Throws Problem invalid for times that make no sense, too_many. */
  publish(organisation: OrganisationId, request: NoticeRequest): Promise<NoticeView>
  /** Ends it now, or takes it back before it began. Throws Problem not_found or conflict. */
  end(organisation: OrganisationId, id: string): Promise<NoticeView>
  /** Those that run now and speak of this; storms first, then what was published last. */
  answering(organisation: OrganisationId, about: About): Promise<readonly NoticeView[]>
}

export interface NoticeParts {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly world: (organisation: OrganisationId) => Promise<NoticeWorld>
}

export function createNotices(parts: NoticeParts): Notices {
  return {
    list: (organisation, all) => list(parts, organisation, all),
    publish: (organisation, request) => publish(parts, organisation, request),
    end: (organisation, id) => end(parts, organisation, id),
    answering: (organisation, about) => answering(parts, organisation, about),
  }
}

type Row = Tables['notice']

async function list(
  { database, clock }: NoticeParts,
  organisation: OrganisationId,
  all: boolean,
): Promise<readonly NoticeView[]> {
  const now = clock.now()
  let rows = database
    .read(organisation)
    .selectFrom('notice')
    .selectAll()
    .orderBy('from_at', 'desc')
    .orderBy('id')
    .limit(LONGEST_LIST)
  if (!all) rows = rows.where('to_at', '>', now)
  return (await rows.execute()).map((row) => viewOf(row, now))
}

async function publish(
  { database, clock, random }: NoticeParts,
  organisation: OrganisationId,
  request: NoticeRequest,
): Promise<NoticeView> {
  const now = clock.now()
  const { from, to, by, ...text } = request
  checkTimes(request, now)
  const id = Buffer.from(random.bytes(16)).toString('hex')
  return await database.write(organisation, 'normal', async (work) => {
    await refuseTooMany(work, now)
    const row: Row = {
      organisation,
      id,
      kind: text.kind,
      from_at: from,
      to_at: to ?? FOR_EVER,
      text: JSON.stringify(noticeText.parse(text)),
      actor: by,
      published_at: now,
      version: 1,
    }
    await work.query.insertInto('notice').values(row).execute()
    return viewOf(row, now)
  })
}

/** The end of what has none: the last time that whole microseconds can tell. */
const FOR_EVER = timeUs(Number.MAX_SAFE_INTEGER)

function checkTimes({ kind, from, to }: NoticeRequest, now: TimeUs): void {
  if (kind === 'planned' && to === null) {
    throw new Problem({
      kind: 'invalid',
      what: 'Planned work has an end.',
      where: 'to',
      next: 'Say until when; it can be ended earlier.',
    })
  }
  if (to !== null && (to <= from || to <= now)) {
    throw new Problem({
      kind: 'invalid',
      what: 'The notice would be over before it begins.',
      where: 'to',
      next: 'Give an end after its beginning and after now.',
    })
  }
}

async function refuseTooMany(work: UnitOfWork, now: TimeUs): Promise<void> {
  const { count } = await work.query
    .selectFrom('notice')
    .select((select) => select.fn.countAll().as('count'))
    .where('to_at', '>', now)
    .executeTakeFirstOrThrow()
  if (Number(count) < MOST_NOTICES) return
  throw new Problem({
    kind: 'conflict',
    what: `There are ${MOST_NOTICES} notices that are not over.`,
    why: 'Nobody reads so many.',
    next: 'End those that are no longer needed.',
  })
}

async function end(
  { database, clock }: NoticeParts,
  organisation: OrganisationId,
  id: string,
): Promise<NoticeView> {
  const now = clock.now()
  return await database.write(organisation, 'normal', async (work) => {
    const row = await work.query
      .selectFrom('notice')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    if (row === undefined) {
      throw new Problem({
        kind: 'not_found',
        what: 'There is no such notice.',
        where: 'id',
      })
    }
    if (row.to_at <= now) {
      throw new Problem({ kind: 'conflict', what: 'The notice is over.', where: 'id' })
    }
    const ended = { to_at: now, version: row.version + 1 }
    await work.query.updateTable('notice').set(ended).where('id', '=', id).execute()
    return viewOf({ ...row, ...ended }, now)
  })
}

async function answering(
  { database, clock, world }: NoticeParts,
  organisation: OrganisationId,
  about: About,
): Promise<readonly NoticeView[]> {
  const known = await world(organisation)
  const now = clock.now()
  const running = await runningAt(database.read(organisation), now)
  return running
    .map((row) => viewOf(row, now))
    .filter(({ scope }) => speaksOf(scope, about, known))
    .toSorted((a, b) => Number(b.kind === 'storm') - Number(a.kind === 'storm'))
}

async function runningAt(query: ScopedQueries, now: TimeUs): Promise<readonly Row[]> {
  return await query
    .selectFrom('notice')
    .selectAll()
    .where('to_at', '>', now)
    .where('from_at', '<=', now)
    .orderBy('published_at', 'desc')
    .orderBy('id')
    .limit(MOST_NOTICES)
    .execute()
}

function viewOf(row: Row, now: TimeUs): NoticeView {
  return {
    ...noticeText.parse(JSON.parse(row.text)),
    id: row.id,
    from: toIso(row.from_at),
    to: row.to_at === FOR_EVER ? null : toIso(row.to_at),
    state: row.to_at <= now ? 'over' : row.from_at > now ? 'coming' : 'running',
    by: row.actor,
    version: row.version,
  }
}
