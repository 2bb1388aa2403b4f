import type { OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'
import { access } from './access.ts'
import type { Partner } from './config.ts'
import { actorOf } from './listener.ts'
import { acceptedAs } from './peer-xml.ts'
import type { PollParts } from './poll.ts'

/** No id looks like this: GeoReport ids have no colon. */
const MARK = 'token:'
/** Tokens that one round asks about. */
const MOST = 100
const ANSWER_BYTES = 64 * 1024

/** What stands in place of a partner's id until it has given one. */
export function tokenReference(token: string): string {
  return `${MARK}${token}`
}

/**
 * Asks a partner that works in batches for the ids of what it took, as `tokens/…` of the contract has
 * it. What it does not know yet is asked again next time; older than `since` it is given up.
 */
export async function redeemTokens(
  parts: PollParts,
  organisation: OrganisationId,
  asked: { readonly id: string; readonly partner: Partner; readonly since: TimeUs },
): Promise<void> {
  const waiting = await parts.database
    .read(organisation)
    .selectFrom('open311_forward')
    .select(['id', 'case', 'reference'])
    .where('partner', '=', asked.id)
    .where('ended_at', 'is', null)
    .where('reference', 'like', `${MARK}%`)
    .where('at', '>', asked.since)
    .orderBy('at')
    .limit(MOST)
    .execute()
  for (const one of waiting) {
    const id = await idFor(parts, asked.partner, one.reference.slice(MARK.length))
    if (id !== undefined) await name(parts, organisation, { ...asked, one, reference: id })
  }
}

async function idFor(
  { fetch, secrets }: PollParts,
  { receives }: Partner,
  token: string,
): Promise<string | undefined> {
  if (receives === undefined) return undefined
  const query = new URLSearchParams(
    access(receives, secrets).map(([field, value]) => [field, value]),
  )
  const url = `${receives.url}tokens/${encodeURIComponent(token)}.xml?${query.toString()}`
  const { status, body } = await fetch({ method: 'GET', url, most: ANSWER_BYTES })
  const taken = status === 200 ? acceptedAs(body) : undefined
  return taken !== undefined && 'id' in taken ? taken.id : undefined
}

interface Named {
  readonly id: string
  readonly partner: Partner
  readonly one: { readonly id: string; readonly case: string; readonly reference: string }
  readonly reference: string
}

/** From now on the case is known by its id there. */
async function name(
  { database, cases, clock }: PollParts,
  organisation: OrganisationId,
  { id, partner, one, reference }: Named,
): Promise<void> {
  await database.write(organisation, 'normal', async (work) => {
    const { query } = work
    const taken = await query
      .selectFrom('open311_forward')
      .select('id')
      .where('partner', '=', id)
      .where('reference', '=', reference)
      .executeTakeFirst()
    // The partner has made one case of two of ours: the first hears of it.
    if (taken !== undefined) return
    await query
      .updateTable('open311_forward')
      .set({ reference })
      .where('id', '=', one.id)
      .execute()
    await query
      .updateTable('case')
      .set({ forwarded_reference: reference })
      .where('id', '=', one.case)
      .where('forwarded_reference', '=', one.reference)
      .execute()
    work.tell({ kind: 'case', subject: one.case })
    await cases.append(work, one.case, {
      kind: 'partner_said',
      actor: actorOf(id),
      at: clock.now(),
      visibility: 'internal',
      data: { outside: partner.name, reference },
    })
  })
}
