import type { CaseActor, Cases } from '../cases/cases.ts'
import { caseRow, type CaseRow } from '../cases/case-row.ts'
import { derivedId } from '../database/derived-id.ts'
import type { CaseView } from '../cases/views.ts'
import type { Database, ScopedQueries, UnitOfWork } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { access } from './access.ts'
import type { Open311Catalogue, Partner } from './config.ts'
import type { Answered, Fetch } from './fetch.ts'
import { acceptedAs } from './peer-xml.ts'
import { errorsIn } from './push.ts'
import { keepSentWords, type SentWordsParts } from './sent-words.ts'
import { tokenReference } from './tokens.ts'

const ANSWER_BYTES = 64 * 1024
const LONGEST_TEXT = 3_000

export interface ForwardParts {
  readonly database: Database
  readonly clock: Clock
  readonly cases: Pick<Cases, 'get' | 'move'> & Pick<SentWordsParts, 'append'>
  readonly personal: SentWordsParts['personal']
  /** Throws Problem forbidden for a person who may not act on the case. Left out: whoever asks may. */
  readonly checkActs?: (
    work: UnitOfWork,
    who: NonNullable<CaseActor['who']>,
    cases: readonly string[],
  ) => Promise<void>
  readonly catalogue: (organisation: OrganisationId) => Promise<Open311Catalogue>
  readonly fetch: Fetch
  /** By name, from the settings of the process. */
  readonly secrets: Readonly<Record<string, string>>
}

/** Hands a case over; see `forwardCase`. */
export type Forward = (
  organisation: OrganisationId,
  id: string,
  asked: Forwarding,
) => Promise<CaseView>

export interface Forwarding {
  /** Id of the partner; it must receive cases. */
  readonly partner: string
  readonly version: number
  readonly by: CaseActor
  /** What the partner is told: written for it by staff. The reporter's own words stay here. */
  readonly text: string
}

/**
 * Hands a case to another organisation's Open311 door, and lets it wait there under the id it was
 * given. Asked again it is not sent again. Throws Problem not_found (case, partner), invalid (no
 * service, no place), unavailable (the partner does not answer, or refuses), and what `move` throws.
 */
export async function forwardCase(
  parts: ForwardParts,
  organisation: OrganisationId,
  id: string,
  asked: Forwarding,
): Promise<CaseView> {
  const catalogue = await parts.catalogue(organisation)
  const partner = catalogue.partners.get(asked.partner)
  if (partner?.receives === undefined) throw noPartner()
  const row = await openCase(parts.database, organisation, id, asked.version)
  await checkMay(parts, organisation, row, asked.by)
  const reference = await sendOnce(parts, { organisation, row, asked, partner })
  return await parts.cases.move(organisation, id, {
    to: 'waiting_external',
    version: asked.version,
    by: asked.by,
    outside: partner.name,
    reference,
  })
}

/** What has left the house cannot be taken back, so whoever may not move it is refused before. */
async function checkMay(
  { database, cases, checkActs }: ForwardParts,
  organisation: OrganisationId,
  { id }: CaseRow,
  { role, who }: CaseActor,
): Promise<void> {
  if (who !== undefined && checkActs !== undefined) {
    await database.write(organisation, 'normal', (work) => checkActs(work, who, [id]))
  }
  const { moves, state } = await cases.get(organisation, id, false, role)
  if (moves.includes('waiting_external')) return
  throw new Problem({
    kind: 'conflict',
    what: `A case that is ${state} cannot be handed to somebody outside`,
    where: 'id',
    next: 'Look at the case again',
    facts: { state, moves },
  })
}

interface Sending {
  readonly organisation: OrganisationId
  readonly row: CaseRow
  readonly asked: Forwarding
  readonly partner: Partner
}

/** The partner's id, or its token for one; of a case that was sent in this version before, the one it got then. */
async function sendOnce(parts: ForwardParts, sending: Sending): Promise<string> {
  const { organisation, row, asked } = sending
  const { database, clock } = parts
  const id = derivedId('open311.forward', row.id, asked.partner, asked.version)
  const before = await database
    .read(organisation)
    .selectFrom('open311_forward')
    .select('reference')
    .where('id', '=', id)
    .executeTakeFirst()
  if (before !== undefined) return before.reference
  const reference = await send(parts, sending)
  await database.write(organisation, 'normal', async (work) => {
    const at = clock.now()
    const { query } = work
    if (await isKept(query, id)) return
    await query
      .insertInto('open311_forward')
      .values({
        organisation,
        id,
        case: row.id,
        partner: asked.partner,
        reference,
        at,
        status: 'open',
        ended_at: null,
      })
      // The partner knew it already: it is the same case there.
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    await keepSentWords(
      work,
      { personal: parts.personal, append: parts.cases.append },
      {
        id,
        case: row.id,
        text: asked.text.trim(),
        outside: sending.partner.name,
        actor: asked.by.name,
        at,
      },
    )
  })
  return reference
}

/** Somebody else sent it at the same time. */
async function isKept(query: ScopedQueries, id: string): Promise<boolean> {
  const row = await query
    .selectFrom('personal')
    .select('id')
    .where('id', '=', id)
    .executeTakeFirst()
  return row !== undefined
}

async function send(
  { fetch, secrets }: ForwardParts,
  { row, asked, partner }: Sending,
): Promise<string> {
  const { receives } = partner
  const service = receives?.services[row.category] ?? receives?.otherwise
  if (receives === undefined || service === undefined) throw noService()
  const text = asked.text.trim()
  if (text === '' || text.length > LONGEST_TEXT) throw wrongText()
  const answer = await fetch({
    method: 'POST',
    url: `${receives.url}requests.xml`,
    form: [
      ...access(receives, secrets),
      ['service_code', service],
      ...placeOf(row),
      // The number makes it the same report when it is sent again.
      ['description', `${text}\n\n${row.number}`],
    ],
    most: ANSWER_BYTES,
  }).catch((cause: unknown) => {
    throw noAnswer(partner, 'it cannot be reached', cause)
  })
  const taken = answer.status < 300 ? acceptedAs(answer.body) : undefined
  if (taken === undefined) throw noAnswer(partner, refusalIn(answer))
  return 'id' in taken ? taken.id : tokenReference(taken.token)
}

function placeOf({ lat, lon, address }: CaseRow): (readonly [string, string])[] {
  if (lat !== null && lon !== null) {
    return [
      ['lat', String(lat)],
      ['long', String(lon)],
    ]
  }
  if (address !== null) return [['address_string', address]]
  throw new Problem({
    kind: 'invalid',
    what: 'Nobody knows where this case is',
    where: 'place',
    next: 'Give it a place first',
  })
}

async function openCase(
  database: Database,
  organisation: OrganisationId,
  id: string,
  version: number,
): Promise<CaseRow> {
  const row = await database
    .read(organisation)
    .selectFrom('case')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) {
    throw new Problem({ kind: 'not_found', what: 'There is no such case', where: 'id' })
  }
  // Before anything leaves the house; `move` would find it out too late.
  if (row.version === version && row.closed_at === null) return caseRow(row)
  throw new Problem({
    kind: 'conflict',
    what: 'Somebody changed the case after you opened it, or it is closed',
    where: 'version',
    next: 'Look at the case again',
  })
}

function refusalIn({ status, body }: Answered): string {
  const [words = ''] = errorsIn(body)
  return `it answered ${status} ${words}`.trim().slice(0, 300)
}

function noPartner(): Problem {
  return new Problem({
    kind: 'not_found',
    what: 'There is no such partner that takes cases',
    where: 'partner',
    next: 'Choose one that has `receives` in the configuration',
  })
}

function noService(): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'The partner takes no cases of this category',
    where: 'partner',
    next: 'Name its service under `services` or `otherwise` of the partner',
  })
}

function wrongText(): Problem {
  return new Problem({
    kind: 'invalid',
    what: `The partner is told something, in at most ${LONGEST_TEXT} characters`,
    where: 'text',
  })
}

function noAnswer({ name }: Partner, why: string, cause?: unknown): Problem {
  return new Problem(
    {
      kind: 'unavailable',
      what: `${name} did not take the case`,
      why,
      next: 'Try again later, or tell them in another way',
    },
    { cause },
  )
}
