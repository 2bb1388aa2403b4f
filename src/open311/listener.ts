import type { CaseNews, CaseListener } from '../cases/news.ts'
import { caseState, closingReason, type CaseState } from '../cases/views.ts'
import type { UnitOfWork } from '../database/database.ts'
import { enqueue } from '../delivery/enqueue.ts'
import { derivedId } from '../database/derived-id.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { Open311Catalogue } from './config.ts'
import { pushKind } from './push-payload.ts'

/** One case tells at most so many reports of clients; a storm case gathers more than anybody reads. */
const REQUESTS_MAX = 5_000

export interface ListenerParts {
  /** Inside a transaction, where only the database may be awaited: what was loaded before. */
  readonly catalogueNow: (
    organisation: OrganisationId,
  ) => Pick<Open311Catalogue, 'partners' | 'categories'>
}

/** Who reported for a citizen, as histories name it. */
export const actorOf = (client: string): string => `open311:${client}`

/**
 * Notes what clients shall be told, in the transaction of the event: gives each of their reports its
 * id when it comes in, and each public change a place in the order of every report in the tree.
 * When it is told is decided when somebody asks.
 */
export function open311Listener(parts: ListenerParts): CaseListener {
  return async (work, news) => {
    const { kind, data, actor } = news
    if ((kind === 'opened' || kind === 'report_joined') && data.report !== undefined) {
      const [, client] = /^open311:(.+)$/.exec(actor) ?? []
      if (client !== undefined) await addRequest(work, news, client, parts)
      return
    }
    if (kind === 'rerouted') return await tellCategory(work, news, parts)
    const change = await changeOf(work, news)
    if (change === undefined) return
    for (const request of await requestsOf(work, news.case))
      await addUpdate(work, { news, change, request }, parts)
  }
}

/** Reports of clients in the case and in those that lie in it, the oldest first. */
async function requestsOf({ query }: UnitOfWork, about: string) {
  return await query
    .selectFrom('open311_request')
    .innerJoin('case', 'case.id', 'open311_request.case')
    .select(['open311_request.id', 'open311_request.client', 'open311_request.report'])
    .where((eb) =>
      eb.or([eb('case.root', '=', about), eb('open311_request.case', '=', about)]),
    )
    .orderBy('open311_request.made_at')
    .limit(REQUESTS_MAX)
    .execute()
}

/**
 * Which unit has it now is nobody's business outside. Another category is: a client lists it there,
 * and chose the one that it was sent with. Told once, and only what citizens may choose.
 */
async function tellCategory(
  work: UnitOfWork,
  news: CaseNews,
  parts: ListenerParts,
): Promise<void> {
  const { category } = news.data
  const known = parts.catalogueNow(work.organisation).categories
  if (category === undefined || known.get(category)?.public !== true) return
  const now = await standing(work, news.case)
  if (now === undefined) return
  const change = { ...now, category }
  for (const request of await requestsOf(work, news.case)) {
    if ((await categoryAt(work, request)) === category) continue
    await addUpdate(work, { news, change, request }, parts)
  }
}

/** What the client holds its report for: what it was told last, else what it said itself. */
async function categoryAt(
  { query }: UnitOfWork,
  { id, report }: { readonly id: string; readonly report: string },
): Promise<string | null> {
  const told = await query
    .selectFrom('open311_update')
    .select('category')
    .where('request', '=', id)
    .where('category', 'is not', null)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (told !== undefined) return told.category
  const said = await query
    .selectFrom('report')
    .select('category')
    .where('id', '=', report)
    .executeTakeFirst()
  return said?.category ?? null
}

interface Change {
  readonly state: CaseState
  readonly reason: string | null
  readonly category: string | null
}

/** What an event changes for the public; undefined for everything that is no news outside. */
async function changeOf(work: UnitOfWork, news: CaseNews): Promise<Change | undefined> {
  const { kind, visibility, data } = news
  if (kind === 'merged') return { state: 'closed', reason: 'duplicate', category: null }
  if (kind === 'unmerged') return await standing(work, news.case)
  if (visibility !== 'public') return undefined
  if (kind === 'moved') return movedTo(data)
  if (kind === 'said' && data.text !== undefined) return await standing(work, news.case)
  return kind === 'photos' ? await photosShown(work, news) : undefined
}

/** Photos of staff are news; what a client sent it has itself. */
async function photosShown(
  work: UnitOfWork,
  { case: about, data }: CaseNews,
): Promise<Change | undefined> {
  const shown = data.photos ?? []
  if (shown.length === 0) return undefined
  const ours = await work.query
    .selectFrom('photo')
    .select('id')
    .where('id', 'in', shown)
    .where('report', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return ours && (await standing(work, about))
}

function movedTo({ to, reason }: CaseNews['data']): Change | undefined {
  if (to === undefined || to === 'hidden') return undefined
  return { state: to, reason: to === 'closed' ? (reason ?? null) : null, category: null }
}

/** What the case is now; undefined while it is hidden. */
async function standing(work: UnitOfWork, id: string): Promise<Change | undefined> {
  const row = await work.query
    .selectFrom('case')
    .select(['state', 'closing_reason'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined || row.state === 'hidden') return undefined
  const state = caseState.parse(row.state)
  const reason = row.closing_reason
  return { state, reason: reason && closingReason.parse(reason), category: null }
}

/** The first report of a case has its number; the next ones have that and a count. */
async function addRequest(
  work: UnitOfWork,
  news: CaseNews,
  client: string,
  parts: ListenerParts,
): Promise<void> {
  const { organisation, query } = work
  const { number, state } = await query
    .selectFrom('case')
    .select(['number', 'state'])
    .where('id', '=', news.case)
    .executeTakeFirstOrThrow()
  const { known } = await query
    .selectFrom('open311_request')
    .select((eb) => eb.fn.countAll().as('known'))
    .where('case', '=', news.case)
    .executeTakeFirstOrThrow()
  const id = Number(known) === 0 ? number : `${number}-${Number(known) + 1}`
  const report = news.data.report ?? ''
  await query
    .insertInto('open311_request')
    .values({ organisation, id, client, case: news.case, report, made_at: news.at })
    .execute()
  // Whoever joins later than the start must hear how far it has come; but nobody who says that it is
  // broken is told first that it was mended.
  if (state === 'received' || state === 'assigned' || state === 'closed') return
  const change = await standing(work, news.case)
  if (change === undefined) return
  await addUpdate(work, { news, change, request: { id, client } }, parts)
}

interface Told {
  readonly news: CaseNews
  readonly change: Change
  readonly request: { readonly id: string; readonly client: string }
}

async function addUpdate(
  work: UnitOfWork,
  { news, change, request }: Told,
  { catalogueNow }: ListenerParts,
): Promise<void> {
  const { organisation, query } = work
  const { push, extended } = catalogueNow(organisation).partners.get(request.client) ?? {}
  // Without a word for it, it would be told as closed once more.
  if (change.state === 'reopen_requested' && extended !== true) return
  const { last } = await query
    .selectFrom('open311_update')
    .select((eb) => eb.fn.max('position').as('last'))
    .where('request', '=', request.id)
    .executeTakeFirstOrThrow()
  const position = (last ?? 0) + 1
  const id = `${request.id}-u${position}`
  await query
    .insertInto('open311_update')
    .values({
      organisation,
      id,
      client: request.client,
      request: request.id,
      position,
      event: news.event,
      ...change,
      published_at: null,
      pushed_at: null,
    })
    .execute()
  if (push === undefined) return
  await enqueue(work, {
    id: derivedId(pushKind, id),
    kind: pushKind,
    payload: { client: request.client, request: request.id },
    dueAt: news.at,
  })
}
