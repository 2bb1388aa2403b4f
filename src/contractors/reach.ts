import type { Selectable } from 'kysely'
import type { CaseCatalogue } from '../cases/catalogue.ts'
import type { ScopedQueries } from '../database/database.ts'
import type { Tables } from '../database/tables.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { durationUs, earlier, HOUR, type TimeUs } from '../domain/time.ts'
import { isInForce, type Contract } from './contract.ts'
import type { ContractCatalogue, ContractorParts } from './parts.ts'

/**
 * The one place that decides what a contractor reaches in other organisations. Everything else in
 * this folder goes through it.
 */

/** A closed case is seen for so long, so that the work can be accounted for. */
const CLOSED_FOR = durationUs(30 * 24 * HOUR)

/** Organisations that one contractor works for. */
const ORGANISATIONS_MAX = 500

/** Who asks: somebody of a contractor. */
export interface ContractorUser {
  /** The contractor's own organisation. */
  readonly organisation: OrganisationId
  readonly user: string
}

/** How histories and audit logs of others name somebody of a contractor. */
export function contractorActor({ organisation, user }: ContractorUser): string {
  return `contractor:${organisation}/${user}`
}

type CaseColumns = Selectable<Tables['case']>

/** A case within reach, with what it was given under. */
export interface Reached {
  readonly row: CaseColumns
  readonly contract: Contract
  readonly catalogue: ContractCatalogue & CaseCatalogue
  /** May this contractor know who reported it? */
  readonly identity: boolean
}

/** Who gave the contractor anything. */
export async function grantors(
  { database }: Pick<ContractorParts, 'database'>,
  { organisation }: ContractorUser,
): Promise<readonly OrganisationId[]> {
  const rows = await database.installation.query
    .selectFrom('case_grant')
    .select('organisation')
    .distinct()
    .where('contractor', '=', organisation)
    .where('revoked_at', 'is', null)
    .orderBy('organisation')
    .limit(ORGANISATIONS_MAX)
    .execute()
  return rows.map((row) => row.organisation)
}

/** See `ContractorCases.touched`. Ids alone: what is in a case is shown by `reach`. */
export async function touched(
  { database, clock }: Pick<ContractorParts, 'database' | 'clock'>,
  { organisation: contractor }: ContractorUser,
  {
    organisation,
    ids,
  }: { readonly organisation: OrganisationId; readonly ids: readonly string[] },
): Promise<readonly string[]> {
  const rows = await database
    .read(organisation)
    .selectFrom('case_grant')
    .select('case')
    .distinct()
    .where('contractor', '=', contractor)
    .where('case', 'in', ids)
    .where((where) =>
      where.or([
        where('revoked_at', 'is', null),
        where('revoked_at', '>', earlier(clock.now(), HOUR)),
      ]),
    )
    .execute()
  return rows.map((row) => row.case)
}

/**
 * The case, if it is granted to the contractor now: the grant and its contract are in force, the
 * unit that has the case is still the contract's, and it is neither hidden, merged nor closed long
 * ago. Throws Problem not_found for everything else, an organisation that is not here included.
 */
export async function reach(
  parts: ContractorParts,
  who: ContractorUser,
  of: { readonly organisation: OrganisationId; readonly id: string },
): Promise<Reached> {
  const at = parts.clock.now()
  const row = await granted(parts.database.read(of.organisation), who, at)
    .where('case.id', '=', of.id)
    .executeTakeFirst()
  if (row === undefined) throw unknown()
  const catalogue = await parts.catalogue(of.organisation)
  const reached = within(row, { who, catalogue, at })
  if (reached === undefined) throw unknown()
  return reached
}

/** The same of all cases of one organisation, the latest changed first. */
export async function reachAll(
  parts: ContractorParts,
  who: ContractorUser,
  {
    organisation,
    which,
    limit,
  }: {
    readonly organisation: OrganisationId
    readonly which: 'open' | 'all'
    readonly limit: number
  },
): Promise<readonly Reached[]> {
  const at = parts.clock.now()
  const catalogue = await parts.catalogue(organisation)
  const inForce = [...catalogue.contracts]
    .filter(([, one]) => one.contractor === who.organisation)
    .filter(([, one]) => isInForce(one, { zone: catalogue.zone, at }))
    .map(([id]) => id)
  if (inForce.length === 0) return []
  const rows = await granted(parts.database.read(organisation), who, at)
    .where('case_grant.contract', 'in', inForce)
    .$if(which === 'open', (query) => query.where('case.closed_at', 'is', null))
    .orderBy('case.changed_at', 'desc')
    .orderBy('case.id')
    .limit(limit)
    .execute()
  return rows.flatMap((row) => within(row, { who, catalogue, at }) ?? [])
}

function granted(query: ScopedQueries, { organisation }: ContractorUser, at: TimeUs) {
  return query
    .selectFrom('case')
    .innerJoin('case_grant', 'case_grant.case', 'case.id')
    .selectAll('case')
    .select(['case_grant.contract', 'case_grant.identity'])
    .where('case_grant.contractor', '=', organisation)
    .where('case_grant.revoked_at', 'is', null)
    .where('case_grant.from_at', '<=', at)
    .where((where) =>
      where.or([
        where('case_grant.until_at', 'is', null),
        where('case_grant.until_at', '>', at),
      ]),
    )
    .where('case.state', '<>', 'hidden')
    .whereRef('case.root', '=', 'case.id')
    .where((where) =>
      where.or([
        where('case.closed_at', 'is', null),
        where('case.closed_at', '>', earlier(at, CLOSED_FOR)),
      ]),
    )
}

/** What the configuration says today counts, whatever it said when the case was granted. */
function within(
  row: CaseColumns & { readonly contract: string; readonly identity: number },
  {
    who,
    catalogue,
    at,
  }: {
    readonly who: ContractorUser
    readonly catalogue: Reached['catalogue']
    readonly at: TimeUs
  },
): Reached | undefined {
  const { contract: id, identity } = row
  const contract = catalogue.contracts.get(id)
  if (contract === undefined || contract.contractor !== who.organisation) return undefined
  if (!isInForce(contract, { zone: catalogue.zone, at })) return undefined
  if (row.unit === null || catalogue.units.get(row.unit)?.contract !== id) return undefined
  const told = identity === 1 && contract.reporter === 'when_granted'
  return { row, contract, catalogue, identity: told }
}

function unknown(): Problem {
  return new Problem({
    kind: 'not_found',
    what: 'There is no such case.',
    where: 'id',
    next: 'Look for it in the list of your cases.',
  })
}
