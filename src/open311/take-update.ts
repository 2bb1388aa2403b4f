import type { FollowUp } from '../cases/cases.ts'
import { REPORT_TEXT_MAX } from '../cases/report-input.ts'
import { derivedId } from '../database/derived-id.ts'
import { caseState, type CaseState } from '../cases/views.ts'
import type { Database, ScopedQueries } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { readTime } from './dates.ts'
import { mediaUrls } from './intake.ts'
import { actorOf } from './listener.ts'
import { takePhotos } from './media.ts'
import { first, type Parameters } from './parameters.ts'
import { missing, type Incoming, type TakeParts } from './take-request.ts'

const LONGEST_ID = 100
const LONGEST_DESCRIPTION = 10_000
/** Stands where a picture or a new status came without words. */
const NO_WORDS = '–'

interface SaidUpdate {
  readonly request: string
  readonly update: string
  readonly status: string
  readonly text: string
}

/**
 * Takes in what somebody added at a client; returns the id that it has here, the same for the same
 * update for ever. Also of a case that is closed or merged: a refusal would keep back every later
 * update of that report.
 */
export async function takeUpdate(parts: TakeParts, incoming: Incoming): Promise<string> {
  const { database, clock } = parts
  const { organisation, client } = incoming
  const said = readUpdate(incoming)
  const known = await receivedBefore(database, organisation, { ...said, client })
  if (known !== undefined) return known
  const target = await targetOf(database.read(organisation), client, said.request)
  const photos = await takePhotos(parts, organisation, {
    files: incoming.files,
    urls: mediaUrls(incoming.parameters),
    fetchMedia: incoming.fetchMedia,
  })
  const [text = '', ...rest] = piecesOf(said.text)
  const by = { role: 'partner', name: actorOf(client) } as const
  const followUp: FollowUp = {
    source: 'open311',
    by,
    report: target.report,
    text,
    photos: photos.ids,
    wish: wishOf(said.status, target.state),
    idempotencyKey: derivedId('open311', client, said.request, said.update),
  }
  const { id } = await followOnce(parts, { organisation, case: target.case }, followUp)
  for (const [at, piece] of rest.entries()) {
    await parts.cases.followUp(organisation, target.case, {
      ...followUp,
      text: piece,
      photos: [],
      wish: 'none',
      idempotencyKey: derivedId('open311', client, said.request, said.update, at + 2),
    })
  }
  await database.write(organisation, 'normal', async ({ query }) => {
    await query
      .insertInto('open311_received')
      .values({
        organisation,
        client,
        request: said.request,
        update: said.update,
        id,
        at: clock.now(),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  })
  return id
}

/** A wish that the case is too old for is still worth reading. */
async function followOnce(
  { cases }: TakeParts,
  about: { readonly organisation: OrganisationId; readonly case: string },
  said: FollowUp,
): Promise<{ readonly id: string }> {
  try {
    return await cases.followUp(about.organisation, about.case, said)
  } catch (error) {
    const conflict = error instanceof Problem && error.details.kind === 'conflict'
    if (!conflict || said.wish === 'none') throw error
    return await cases.followUp(about.organisation, about.case, { ...said, wish: 'none' })
  }
}

/** A follow-up is shorter than what may be sent: what does not fit follows in another one. */
export function piecesOf(text: string): readonly string[] {
  const pieces: string[] = []
  for (let rest = text; rest !== ''; rest = rest.slice(pieces.at(-1)?.length)) {
    const piece = rest.slice(0, REPORT_TEXT_MAX)
    const halved = rest.length > piece.length && /[\uD800-\uDBFF]$/.test(piece)
    pieces.push(halved ? piece.slice(0, -1) : piece)
  }
  return pieces.filter((piece) => piece.trim() !== '')
}

function readUpdate({ catalogue, parameters, files }: Incoming): SaidUpdate {
  const field = (name: string, most: number): string => {
    const value = first(parameters, name)
    if (value === undefined) throw missing(name)
    if (value.length > most) throw tooLong(name, most)
    return value
  }
  const request = field('service_request_id', LONGEST_ID)
  const update = field('update_id', LONGEST_ID)
  const status = field('status', 50).toUpperCase()
  // When it was written there says nothing about when it came here; but it must be a time.
  const { zone } = catalogue
  const strict = catalogue.open311?.strictTimes === true
  readTime('updated_datetime', field('updated_datetime', 50), { zone, strict })
  // A picture says enough, and so does a status; a refusal would keep back what comes after it.
  const pictured = files.length > 0 || mediaUrls(parameters).length > 0
  const empty = parameters.has('description') || pictured
  const wordless = empty && first(parameters, 'description') === undefined
  const text = wordless ? NO_WORDS : field('description', LONGEST_DESCRIPTION)
  return { request, update, status, text: titled(parameters, text) }
}

function titled(parameters: Parameters, text: string): string {
  const title = first(parameters, 'title')
  const plain = text.replaceAll(/\r\n?/g, '\n')
  return title === undefined || title === '-' || plain.startsWith(title)
    ? plain
    : `${title.slice(0, 200)}\n\n${plain}`
}

/**
 * A comment carries what its report is there just now, which is no wish. Only that it looks mended
 * while it is open here, and that it is open while it is closed here, say something new.
 */
export function wishOf(status: string, state: CaseState): FollowUp['wish'] {
  const closed = state === 'closed' || state === 'reopen_requested'
  if (status === 'FIXED') return closed ? 'none' : 'fixed'
  if (status === 'REOPEN') return 'reopen'
  return status === 'OPEN' && closed ? 'reopen' : 'none'
}

interface Target {
  readonly case: string
  readonly report: string
  readonly state: CaseState
}

/**
 * The client's own report, by its id or by the number of its case, which clients may use as the
 * customer's reference; that of another one does not exist for it, nor does a hidden one.
 */
async function targetOf(
  query: ScopedQueries,
  client: string,
  request: string,
): Promise<Target> {
  const own = query
    .selectFrom('open311_request')
    .innerJoin('case', 'case.id', 'open311_request.case')
    .select(['open311_request.case', 'open311_request.report', 'case.root', 'case.state'])
    .where('open311_request.client', '=', client)
  const row =
    (await own.where('open311_request.id', '=', request).executeTakeFirst()) ??
    (await own
      .where('case.number', '=', request)
      .orderBy('open311_request.made_at')
      .orderBy('open311_request.id')
      .limit(1)
      .executeTakeFirst())
  if (row === undefined || row.state === 'hidden') throw unknownRequest()
  const root =
    row.root === row.case
      ? row
      : await query
          .selectFrom('case')
          .select('state')
          .where('id', '=', row.root)
          .executeTakeFirst()
  const state = caseState.parse(root?.state ?? row.state)
  return { case: row.case, report: row.report, state }
}

async function receivedBefore(
  database: Database,
  organisation: OrganisationId,
  said: { readonly client: string; readonly request: string; readonly update: string },
): Promise<string | undefined> {
  const row = await database
    .read(organisation)
    .selectFrom('open311_received')
    .select('id')
    .where('client', '=', said.client)
    .where('request', '=', said.request)
    .where('update', '=', said.update)
    .executeTakeFirst()
  return row?.id
}

function unknownRequest(): Problem {
  return new Problem({
    kind: 'not_found',
    what: 'service_request_id was not found',
    where: 'service_request_id',
  })
}

function tooLong(field: string, most: number): Problem {
  return new Problem({
    kind: 'invalid',
    what: `${field} is longer than ${most} characters`,
    where: field,
  })
}
