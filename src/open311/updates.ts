import type { CaseRow } from '../cases/case-row.ts'
import { categoryName } from '../cases/catalogue.ts'
import { caseState, closingReason } from '../cases/views.ts'
import type { Database, ScopedQueries } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { Language } from '../domain/language.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import type { TimeUs } from '../domain/time.ts'
import { languageOf, type Open311Catalogue } from './config.ts'
import { whole } from './dates.ts'
import { publish } from './publish.ts'
import { mediaUrl, photoAddresses, type PhotoPlace } from './shown-photos.ts'
import { externalCode, updateStatus, type Standing } from './statuses.ts'
import { standingText, textsOf } from './texts.ts'
import { visibleById } from './visibility.ts'
import { z } from 'zod'

/** Most updates in one answer; a client that asks for more is told to ask for less time. */
const MOST_UPDATES = 10_000

export interface UpdateParts {
  readonly database: Database
  readonly clock: Clock
  /** Where people reach the service, without a slash at the end. */
  readonly baseUrl: string
}

export interface Asked {
  readonly organisation: OrganisationId
  readonly catalogue: Open311Catalogue
  readonly client: string
  readonly from: TimeUs
  readonly to: TimeUs
}

/** An update as it is told, and pushed. */
export interface ToldUpdate {
  readonly [name: string]: string | readonly string[] | null | { readonly category: string }
  readonly update_id: string
  readonly service_request_id: string
  readonly status: string
  readonly updated_datetime: string
  readonly description: string
  readonly media_url: string | readonly string[] | null
  readonly external_status_code: string
  readonly customer_reference: string
}

/**
 * What a client is told of its reports: the updates that became visible from `from` to `to`, both
 * counted in, in order for each report.
 */
export async function readUpdates(
  { database, clock, baseUrl }: UpdateParts,
  asked: Asked,
): Promise<readonly ToldUpdate[]> {
  const { organisation, client, from, to } = asked
  await database.write(organisation, 'normal', (work) =>
    publish(work, { client, now: clock.now(), until: to }),
  )
  const query = database.read(organisation)
  const rows = await updatesOf(query, client)
    .where('open311_update.published_at', '>=', from)
    .where('open311_update.published_at', '<=', to)
    .orderBy('open311_update.published_at')
    .orderBy('open311_update.request')
    .limit(MOST_UPDATES + 1)
    .execute()
  if (rows.length > MOST_UPDATES) throw tooMuch()
  return await tellUpdates(query, { ...asked, baseUrl }, rows)
}

/** What a report of a client has not been pushed yet, in order; all of it has its time. */
export async function readUnpushed(
  query: ScopedQueries,
  asked: Telling & { readonly request: string },
  limit: number,
): Promise<readonly { readonly id: string; readonly told: ToldUpdate | undefined }[]> {
  const rows = await updatesOf(query, asked.client)
    .where('open311_update.request', '=', asked.request)
    .where('open311_update.pushed_at', 'is', null)
    .where('open311_update.published_at', 'is not', null)
    .orderBy('open311_update.position')
    .limit(limit)
    .execute()
  const told = await tellUpdates(query, asked, rows)
  const byId = new Map(told.map((one) => [one.update_id, one]))
  return rows.map(({ id }) => ({ id, told: byId.get(id) }))
}

function updatesOf(query: ScopedQueries, client: string) {
  return query
    .selectFrom('open311_update')
    .innerJoin('open311_request', 'open311_request.id', 'open311_update.request')
    .innerJoin('case_event', 'case_event.id', 'open311_update.event')
    .select(['open311_update.id', 'open311_update.request', 'open311_update.state'])
    .select(['open311_update.reason', 'open311_update.category'])
    .select(['open311_update.published_at', 'open311_request.case'])
    .select(['case_event.kind', 'case_event.data', 'case_event.visibility'])
    .where('open311_update.client', '=', client)
}

/** Who is told, in the words of which configuration. */
type Telling = Pick<Asked, 'catalogue' | 'client'> & Pick<UpdateParts, 'baseUrl'>

type UpdateRow = Awaited<ReturnType<ReturnType<typeof updatesOf>['execute']>>[number]

/** Leaves out what the client may not see now: hidden cases, private ones, other people's categories. */
async function tellUpdates(
  query: ScopedQueries,
  { catalogue, client, baseUrl }: Telling,
  rows: readonly UpdateRow[],
): Promise<readonly ToldUpdate[]> {
  const partner = catalogue.partners.get(client)
  const viewer = { client, seesPrivate: partner?.seesPrivate === true }
  const ids = [...new Set(rows.map((row) => row.case))]
  const cases = new Map<string, CaseRow>()
  for (let start = 0; start < ids.length; start += 1_000) {
    const some = ids.slice(start, start + 1_000)
    for (const [id, row] of await visibleById(query, catalogue, { viewer, ids: some }))
      cases.set(id, row)
  }
  const roots = [...cases.values()].filter(({ id, root }) => id !== root)
  const named = [...roots.map(({ root }) => root), ...rows.flatMap((row) => intoOf(row))]
  const others = await visibleById(query, catalogue, {
    viewer,
    ids: [...new Set(named)],
  })
  const shown = await shownIn(query, { catalogue, baseUrl }, rows)
  const words = {
    catalogue,
    language: languageOf(catalogue, partner),
    extended: partner?.extended === true,
  }
  return rows.flatMap((row) => {
    const found = cases.get(row.case)
    if (found === undefined || row.published_at === null) return []
    // What was told of a merge stays true of that one, whatever came of it.
    const [into = found.root] = intoOf(row)
    const root = others.get(into)?.number
    const at = row.published_at
    const photos = photosIn(row).flatMap((id) => shown.get(id) ?? [])
    const media = mediaUrl(photos, partner?.multiPhotos === true)
    return [told(row, { ...words, number: found.number, root, at, media })]
  })
}

/** Where the photos stand that these updates are about, as far as they are shown now. */
async function shownIn(
  query: ScopedQueries,
  place: PhotoPlace,
  rows: readonly UpdateRow[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(rows.flatMap((row) => photosIn(row)))]
  return await photoAddresses(query, place, ids)
}

const mergedInto = z.object({ into: z.string() })

/** The case that this update says another one was merged into. */
function intoOf({ kind, data }: UpdateRow): readonly string[] {
  const read = kind === 'merged' ? mergedInto.safeParse(JSON.parse(data)) : undefined
  return read?.success === true ? [read.data.into] : []
}

const photoIds = z.object({ photos: z.array(z.string()).default([]) }).catch({ photos: [] })

function photosIn({ kind, data }: UpdateRow): readonly string[] {
  return kind === 'photos' ? photoIds.parse(JSON.parse(data)).photos : []
}

interface Words {
  readonly catalogue: Open311Catalogue
  readonly language: Language
  readonly extended: boolean
  readonly number: string
  readonly root: string | undefined
  readonly at: TimeUs
  readonly media: ToldUpdate['media_url']
}

function told(row: UpdateRow, words: Words): ToldUpdate {
  const { catalogue, language, extended, number, at } = words
  const standing: Standing = {
    state: caseState.parse(row.state),
    reason: row.reason === null ? null : closingReason.parse(row.reason),
  }
  const category =
    row.category !== null && catalogue.categories.get(row.category)?.public === true
      ? categoryName(catalogue, row.category)[language]
      : undefined
  return {
    update_id: row.id,
    service_request_id: row.request,
    status: updateStatus(standing, extended),
    updated_datetime: whole(at),
    description: textOf(row, standing, { ...words, category }),
    media_url: words.media,
    external_status_code: externalCode(standing),
    customer_reference: number,
    ...(category !== undefined && { extras: { category } }),
  }
}

const publicText = z.object({ text: z.string().optional() }).catch({})

/** Never empty: without a text a partner may not know what to say. */
function textOf(
  row: UpdateRow,
  standing: Standing,
  { language, root, category }: Words & { readonly category: string | undefined },
): string {
  const { text = '' } =
    row.visibility === 'public' ? publicText.parse(JSON.parse(row.data)) : {}
  if (row.kind === 'said' && text !== '') return text
  if (row.kind === 'photos') return textsOf(language).photo
  if (category !== undefined) return textsOf(language).category(category)
  const now = standingText(standing, language, root)
  const plain = row.kind === 'unmerged' ? `${textsOf(language).apart} ${now}` : now
  return text === '' ? plain : `${plain}${/[.!?]$/.test(plain) ? '' : '.'} ${text}`
}

function tooMuch(): Problem {
  return new Problem({
    kind: 'invalid',
    what: `More than ${MOST_UPDATES} updates are in this time`,
    where: 'start_date',
    next: 'Ask for less time at once',
  })
}
