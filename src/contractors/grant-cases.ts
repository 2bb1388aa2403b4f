import { createHash } from 'node:crypto'
import { readEvents, type EventData, type EventKind } from '../cases/events.ts'
import type { CaseListener } from '../cases/news.ts'
import type { UnitOfWork } from '../database/database.ts'
import type { Tables } from '../database/tables.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'
import { isInForce, termOf, type Contract } from './contract.ts'
import type { GrantParts } from './parts.ts'

type Grant = Readonly<Tables['case_grant']>

/** Events after which a case may lie with another unit, or be about something else. */
const decisive: ReadonlySet<string> = new Set<EventKind>(['routed', 'assigned', 'rerouted'])

/** Who is named in the history. */
const CONTRACTS = 'contracts'

/**
 * Grants a case to the contractor of the unit it came to, and takes it back when it leaves, in the
 * transaction in which that happens. Appends events itself, so it hears last of all listeners.
 */
export function grantCases(parts: GrantParts): CaseListener {
  return async (work, news) => {
    if (!decisive.has(news.kind)) return
    const { case: id, kind, at } = news
    await settleGrant(parts, work, { case: id, at, anew: kind === 'rerouted' })
  }
}

interface About {
  readonly case: string
  readonly at: TimeUs
  /** The routes were asked again, and said which service level it has. */
  readonly anew: boolean
}

type CaseFacts = Pick<Tables['case'], 'unit' | 'category' | 'lat' | 'lon' | 'policy'>

async function settleGrant(
  parts: GrantParts,
  work: UnitOfWork,
  about: About,
): Promise<void> {
  const row = await work.query
    .selectFrom('case')
    .select(['unit', 'category', 'lat', 'lon', 'policy'])
    .where('id', '=', about.case)
    .executeTakeFirst()
  if (row === undefined) return
  const { given, refused } = wantedFor(parts, work, { row, about })
  const current = await work.query
    .selectFrom('case_grant')
    .selectAll()
    .where('case', '=', about.case)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  if (current !== undefined && given?.id === current.contract) {
    if (about.anew) await measureBy(work, about, given.contract.serviceLevel)
    return
  }
  if (current !== undefined) {
    await revoke(parts, work, { about, row, current })
  } else if (refused !== undefined) {
    // Else nobody would see that the unit has a case that its contractor knows nothing of.
    await tell(parts, work, about, { kind: 'revoked', data: refused })
  }
  if (given !== undefined) await grant(parts, work, { about, unit: row.unit, given })
  await work.query
    .updateTable('case')
    .set({ contractor: given?.contract.contractor ?? null })
    .where('id', '=', about.case)
    .execute()
}

interface Wanted {
  readonly id: string
  readonly contract: Contract
}

/** The contract under which the case is granted, or whose it would be and why it is not. */
function wantedFor(
  parts: GrantParts,
  work: UnitOfWork,
  { row, about }: { readonly row: CaseFacts; readonly about: About },
): {
  readonly given?: Wanted
  readonly refused?: { readonly contractor: string; readonly step: string }
} {
  const wanted = contractOf(parts, work, row)
  if (wanted === undefined) return {}
  const { organisation } = work
  const { zone } = parts.catalogueNow(organisation)
  const { contract } = wanted
  const step = whyNot(parts, { organisation, row, contract, zone, at: about.at })
  if (step === undefined) return { given: wanted }
  return { refused: { contractor: contract.contractor, step } }
}

/** The contract of the unit; one with the organisation itself is none. */
function contractOf(
  { catalogueNow }: GrantParts,
  work: UnitOfWork,
  { unit }: CaseFacts,
): Wanted | undefined {
  const { units, contracts } = catalogueNow(work.organisation)
  const id = unit === null ? undefined : units.get(unit)?.contract
  const contract = id === undefined ? undefined : contracts.get(id)
  if (id === undefined || contract === undefined) return undefined
  return contract.contractor === work.organisation ? undefined : { id, contract }
}

/** Why a contract says nothing of a case; undefined where it covers it. */
export function whyNot(
  { inAreas }: Pick<GrantParts, 'inAreas'>,
  asked: {
    readonly organisation: OrganisationId
    readonly row: Pick<CaseFacts, 'category' | 'lat' | 'lon'>
    readonly contract: Contract
    /** IANA name. */
    readonly zone: string
    readonly at: TimeUs
  },
): 'not_in_force' | 'not_covered' | undefined {
  const { organisation, contract, zone, at } = asked
  const { category, lat, lon } = asked.row
  if (!isInForce(contract, { zone, at })) return 'not_in_force'
  const { categories, areas } = contract
  if (categories?.includes(category) === false) return 'not_covered'
  if (areas === undefined) return undefined
  const isThere = lat !== null && lon !== null && inAreas(organisation, areas, { lat, lon })
  return isThere ? undefined : 'not_covered'
}

async function grant(
  parts: GrantParts,
  work: UnitOfWork,
  {
    about,
    unit,
    given: { id: contractId, contract },
  }: { readonly about: About; readonly unit: string | null; readonly given: Wanted },
): Promise<void> {
  const { organisation } = work
  const { until } = termOf(contract, parts.catalogueNow(organisation).zone)
  const { serviceLevel } = contract
  const { count } = await work.query
    .selectFrom('case_grant')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('case', '=', about.case)
    .executeTakeFirstOrThrow()
  await work.query
    .insertInto('case_grant')
    .values({
      organisation,
      id: grantId(about.case, Number(count)),
      case: about.case,
      contractor: contract.contractor,
      contract: contractId,
      from_at: about.at,
      until_at: until,
      identity: 0,
      revoked_at: null,
    })
    .execute()
  const before = await measureBy(work, about, serviceLevel)
  await tell(parts, work, about, {
    kind: 'granted',
    data: {
      contractor: contract.contractor,
      ...(unit !== null && { unit }),
      ...(until !== null && { until }),
      ...(before !== null && { reference: before }),
    },
  })
}

/**
 * Says which level the case has, and gives the one that it had; left out, nothing changes. The
 * listener of deadlines, who hears after this one, tells so.
 */
async function measureBy(
  work: UnitOfWork,
  about: About,
  policy: string | null | undefined,
): Promise<string | null> {
  if (policy === undefined) return null
  const row = await work.query
    .selectFrom('case')
    .select('policy')
    .where('id', '=', about.case)
    .executeTakeFirstOrThrow()
  await work.query
    .updateTable('case')
    .set({ policy })
    .where('id', '=', about.case)
    .execute()
  return row.policy
}

function grantId(caseId: string, ordinal: number): string {
  const text = JSON.stringify(['case grant', caseId, ordinal])
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

async function revoke(
  parts: GrantParts,
  work: UnitOfWork,
  {
    about,
    row,
    current,
  }: { readonly about: About; readonly row: CaseFacts; readonly current: Grant },
): Promise<void> {
  await measureBy(work, about, await levelBefore(parts, work, { about, row, current }))
  await work.query
    .updateTable('case_grant')
    .set({ revoked_at: about.at })
    .where('id', '=', current.id)
    .execute()
  const data = { contractor: current.contractor }
  await tell(parts, work, about, { kind: 'revoked', data })
}

/**
 * What a case was promised before it was granted, if the contract's own level still holds; undefined
 * when nothing is to change. Once more stands around it that counts, that stays promised.
 */
async function levelBefore(
  { catalogueNow }: GrantParts,
  work: UnitOfWork,
  {
    about,
    row,
    current,
  }: { readonly about: About; readonly row: CaseFacts; readonly current: Grant },
): Promise<string | null | undefined> {
  const contract = catalogueNow(work.organisation).contracts.get(current.contract)
  const own = contract?.serviceLevel
  if (about.anew || own === undefined || row.policy !== own) return undefined
  const events = await readEvents(work.query, about.case, { publicOnly: false, limit: 500 })
  return events.findLast(({ kind }) => kind === 'granted')?.data.reference ?? null
}

async function tell(
  { append }: GrantParts,
  work: UnitOfWork,
  about: About,
  { kind, data }: { readonly kind: EventKind; readonly data: EventData },
): Promise<void> {
  const { at } = about
  const event = { kind, actor: CONTRACTS, at, visibility: 'internal', data } as const
  await append(work, about.case, event)
}
