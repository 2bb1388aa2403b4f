import type { ScopedQueries, UnitOfWork } from '../database/database.ts'
import { Problem } from '../domain/problem.ts'
import { HOUR, durationUs, later, type TimeUs } from '../domain/time.ts'
import type { ActingPerson, AssignmentParts } from './assignments.ts'
import { derivedId } from '../database/derived-id.ts'

/** A deputy may write the last line for this long after the absence. */
export const GRACE = durationUs(24 * HOUR)

/** Who acts for whom on a case from now on. */
interface Delegation {
  readonly case: string
  /** The version that the case has with it. */
  readonly version: number
  readonly person: string
  readonly for: string
  readonly absence: string
  readonly at: TimeUs
  /** When the absence ends. */
  readonly until: TimeUs
}

/** Lets a deputy read and act on this one case, until the absence is over. */
export async function delegate(work: UnitOfWork, given: Delegation): Promise<void> {
  await work.query
    .insertInto('delegated_grant')
    .values({
      organisation: work.organisation,
      id: derivedId('grant', given.case, given.version),
      case: given.case,
      person: given.person,
      for_person: given.for,
      absence: given.absence,
      from_at: given.at,
      until_at: later(given.until, GRACE),
      revoked_at: null,
    })
    .execute()
}

/** Whoever acted for somebody on this case does so no longer. */
export async function undelegate(
  work: UnitOfWork,
  caseId: string,
  at: TimeUs,
): Promise<void> {
  await work.query
    .updateTable('delegated_grant')
    .set({ revoked_at: at })
    .where('case', '=', caseId)
    .where('revoked_at', 'is', null)
    .execute()
}

/** The grants that are in force: not taken back, and the absence with its grace is not over. */
export function grantsAt(query: ScopedQueries, at: TimeUs) {
  return query
    .selectFrom('delegated_grant')
    .where('revoked_at', 'is', null)
    .where('from_at', '<=', at)
    .where('until_at', '>', at)
}

/** See `Assignments.standsInFor`. */
export async function standsInFor(
  query: ScopedQueries,
  {
    person,
    case: id,
    at,
  }: { readonly person: string; readonly case: string; readonly at: TimeUs },
): Promise<string | null> {
  const grant = await grantsAt(query, at)
    .select('for_person')
    .where('case', '=', id)
    .where('person', '=', person)
    .executeTakeFirst()
  return grant?.for_person ?? null
}

/** Roles that reach every case of the organisation, whichever unit has it. */
const reachesAll = new Set<string>(['customer_service', 'control_centre', 'administrator'])

interface Acting {
  readonly who: ActingPerson
  readonly case: string
  readonly organisation: UnitOfWork['organisation']
  readonly at: TimeUs
}
type ActingParts = Pick<AssignmentParts, 'catalogueNow' | 'worksCases'>

/** See `Assignments.mayAct`. */
export async function mayAct(
  parts: ActingParts,
  query: ScopedQueries,
  acting: Acting,
): Promise<boolean> {
  return (await actsOn(parts, query, acting)) === true
}

/** See `Assignments.checkActs`. */
export async function checkActs(
  parts: ActingParts,
  query: ScopedQueries,
  { cases, ...acting }: Omit<Acting, 'case'> & { readonly cases: readonly string[] },
): Promise<void> {
  for (const one of cases) {
    if ((await actsOn(parts, query, { ...acting, case: one })) !== false) return
  }
  throw new Problem({
    kind: 'forbidden',
    what: 'Another unit has this case.',
    where: 'id',
    next: 'Ask that unit, or the customer service, to give it to you.',
  })
}

/** Undefined when the case is not there. */
async function actsOn(
  parts: ActingParts,
  query: ScopedQueries,
  { who: { person, roles }, case: id, organisation, at }: Acting,
): Promise<boolean | undefined> {
  const row = await query
    .selectFrom('case')
    .select(['unit', 'assignee'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) return undefined
  if (!parts.worksCases(roles)) return false
  const grant = await grantsAt(query, at)
    .select('id')
    .where('case', '=', id)
    .where('person', '=', person)
    .executeTakeFirst()
  if (grant !== undefined) return true
  if (roles.some((role) => reachesAll.has(role))) return true
  const members =
    row.unit === null
      ? []
      : (parts.catalogueNow(organisation).units.get(row.unit)?.members ?? [])
  // What lies in triage, or with a unit that names nobody, is everybody's.
  return members.length === 0 || members.includes(person) || row.assignee === person
}
