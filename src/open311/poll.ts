import type { Cases } from '../cases/cases.ts'
import type { AppendEvent } from '../cases/events.ts'
import { derivedId } from '../database/derived-id.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { durationUs, earlier, HOUR, timeUs, type TimeUs } from '../domain/time.ts'
import { access } from './access.ts'
import type { Partner } from './config.ts'
import { whole } from './dates.ts'
import type { ForwardParts } from './forward.ts'
import { actorOf } from './listener.ts'
import { readPeerUpdates, type PeerUpdate } from './peer-xml.ts'
import { redeemTokens } from './tokens.ts'

/** Partners stamp late; what was heard already is known by its id. */
const OVERLAP = durationUs(2 * HOUR)
/** No further back than this, after however long a silence. */
const LONGEST_WINDOW = durationUs(30 * 24 * HOUR)
/** Ids are remembered for longer than any window. */
const REMEMBERED = durationUs(60 * 24 * HOUR)
const ANSWER_BYTES = 8 * 1024 * 1024

export interface PollParts extends Omit<ForwardParts, 'cases' | 'personal'> {
  readonly cases: Pick<Cases, 'move' | 'followUp'> & { readonly append: AppendEvent }
}

/** Words for an end; whatever else a partner says leaves the case where it is. */
const ended = new Set([
  'closed',
  'fixed',
  'no_further_action',
  'duplicate',
  'not_councils_responsibility',
  'cancelled',
])

/**
 * Asks every partner that has cases of ours what became of them; for a timer. Resolves to how many
 * updates were new. A partner that does not answer is told of by `failed` and asked again next time.
 */
export async function pollPartners(
  parts: PollParts,
  organisation: OrganisationId,
  failed: (partner: string, error: unknown) => void,
): Promise<number> {
  const { partners } = await parts.catalogue(organisation)
  let heard = 0
  for (const [id, partner] of partners) {
    if (partner.receives === undefined) continue
    try {
      heard += await pollPartner(parts, organisation, { id, partner })
    } catch (error) {
      failed(id, error)
    }
  }
  return heard
}

interface Asked {
  readonly id: string
  readonly partner: Partner
}

async function pollPartner(
  parts: PollParts,
  organisation: OrganisationId,
  asked: Asked,
): Promise<number> {
  const { database, clock } = parts
  const query = database.read(organisation)
  const waiting = await query
    .selectFrom('open311_forward')
    .select('id')
    .where('partner', '=', asked.id)
    .where('ended_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  if (waiting === undefined) return 0
  const now = clock.now()
  await redeemTokens(parts, organisation, {
    ...asked,
    since: earlier(now, LONGEST_WINDOW),
  })
  const before = await query
    .selectFrom('open311_poll')
    .select('read_to')
    .where('partner', '=', asked.id)
    .executeTakeFirst()
  const from = timeUs(
    Math.max(
      earlier(before?.read_to ?? now, before === undefined ? LONGEST_WINDOW : OVERLAP),
      earlier(now, LONGEST_WINDOW),
    ),
  )
  let heard = 0
  for (const update of await updatesOf(parts, asked, { from, to: now })) {
    if (await take(parts, organisation, { ...asked, update })) heard += 1
  }
  await database.write(organisation, 'normal', async ({ query }) => {
    await query
      .insertInto('open311_poll')
      .values({ organisation, partner: asked.id, read_to: now })
      .onConflict((conflict) =>
        conflict.columns(['organisation', 'partner']).doUpdateSet({ read_to: now }),
      )
      .execute()
    await query
      .deleteFrom('open311_heard')
      .where('at', '<', earlier(now, REMEMBERED))
      .execute()
  })
  return heard
}

async function updatesOf(
  { fetch, secrets }: PollParts,
  { partner }: Asked,
  window: { readonly from: TimeUs; readonly to: TimeUs },
): Promise<readonly PeerUpdate[]> {
  const { receives } = partner
  if (receives === undefined) return []
  const query = new URLSearchParams([
    ...access(receives, secrets).map(([name, value]) => [name, value]),
    ['start_date', whole(window.from)],
    ['end_date', whole(window.to)],
  ])
  const url = `${receives.url}servicerequestupdates.xml?${query.toString()}`
  const { status, body } = await fetch({ method: 'GET', url, most: ANSWER_BYTES })
  const updates = status === 200 ? readPeerUpdates(body) : undefined
  if (updates !== undefined) return updates
  throw new Problem({
    kind: 'unavailable',
    what: `${partner.name} answered ${status} with something that is no list of updates`,
  })
}

/** Once for each update of a case of ours; true when it was new. Safe to begin again at any point. */
async function take(
  parts: PollParts,
  organisation: OrganisationId,
  about: Asked & { readonly update: PeerUpdate },
): Promise<boolean> {
  const { id: partner, update } = about
  const query = parts.database.read(organisation)
  const forward = await query
    .selectFrom('open311_forward')
    .innerJoin('case', 'case.id', 'open311_forward.case')
    .select(['open311_forward.id', 'case.id as case', 'case.state', 'case.version'])
    .where('open311_forward.partner', '=', partner)
    .where('open311_forward.reference', '=', update.request)
    .executeTakeFirst()
  const known = await query
    .selectFrom('open311_heard')
    .select('at')
    .where('partner', '=', partner)
    .where('update', '=', update.id)
    .executeTakeFirst()
  if (forward === undefined || known !== undefined) return false
  // Words of others may name a person, so they are kept as a follow-up's are.
  const said = { case: forward.case, partner, update }
  const followUp = await keepWords(parts, organisation, said)
  if (ended.has(update.status) && forward.state === 'waiting_external') {
    await parts.cases.move(organisation, forward.case, {
      to: 'investigating',
      version: forward.version,
      by: { role: 'system', name: actorOf(partner) },
    })
  }
  return await note(parts, organisation, { ...about, forward, followUp })
}

interface Heard extends Asked {
  readonly update: PeerUpdate
  readonly forward: { readonly id: string; readonly case: string }
  readonly followUp: string | undefined
}

/** Remembers the update and writes it into the history; false when somebody else has. */
async function note(
  { database, cases, clock }: PollParts,
  organisation: OrganisationId,
  { id: partner, partner: { name }, update, forward, followUp }: Heard,
): Promise<boolean> {
  const at = clock.now()
  return await database.write(organisation, 'normal', async (work) => {
    const first = await work.query
      .insertInto('open311_heard')
      .values({ organisation, partner, update: update.id, at })
      .onConflict((conflict) => conflict.doNothing())
      .returning('update')
      .executeTakeFirst()
    if (first === undefined) return false
    const status = update.status.slice(0, 50)
    await work.query
      .updateTable('open311_forward')
      .set({ status, ended_at: ended.has(update.status) ? at : null })
      .where('id', '=', forward.id)
      .execute()
    work.tell({ kind: 'case', subject: forward.case })
    const data = { outside: name, reference: update.request }
    await cases.append(work, forward.case, {
      kind: 'partner_said',
      actor: actorOf(partner),
      at,
      visibility: 'internal',
      data: followUp === undefined ? data : { ...data, followUp },
    })
    return true
  })
}

async function keepWords(
  { cases }: PollParts,
  organisation: OrganisationId,
  said: { readonly case: string; readonly partner: string; readonly update: PeerUpdate },
): Promise<string | undefined> {
  const { partner, update } = said
  const text = [update.status, update.text].filter((part) => part !== '').join(': ')
  if (text === '') return undefined
  const { id } = await cases.followUp(organisation, said.case, {
    source: 'open311',
    by: { role: 'partner', name: actorOf(partner) },
    text,
    wish: 'none',
    idempotencyKey: derivedId('open311.heard', partner, update.id),
  })
  return id
}
