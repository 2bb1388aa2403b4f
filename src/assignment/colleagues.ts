import { z } from 'zod'
import type { ScopedQueries } from '../database/database.ts'
import { role } from '../domain/identity.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'
import type { Colleague } from './assignment.ts'
import type { AssignmentParts } from './assignments.ts'

/** People of one organisation that are looked at. */
const PEOPLE_MAX = 5_000

const idList = z.array(z.string())
const roleList = z.array(role)

/** Whoever may get cases at one moment, by id, and the absence each of the absent is in. */
export interface Present {
  readonly colleagues: ReadonlyMap<string, Colleague>
  /** Person → absence. */
  readonly away: ReadonlyMap<string, { readonly id: string; readonly until: TimeUs }>
}

type Parts = Pick<AssignmentParts, 'catalogueNow' | 'worksCases' | 'isOnDuty'>

/** Everybody of the organisation, as of `at`. */
export async function readColleagues(
  { catalogueNow, worksCases, isOnDuty = () => true }: Parts,
  query: ScopedQueries,
  { organisation, at }: { readonly organisation: OrganisationId; readonly at: TimeUs },
): Promise<Present> {
  const people = await query
    .selectFrom('user')
    .select(['id', 'roles', 'disabled'])
    .orderBy('id')
    .limit(PEOPLE_MAX)
    .execute()
  const absences = await absencesAt(query, at)
  const open = await openCases(query)
  const units = unitsOf(catalogueNow(organisation).units)
  const colleagues = new Map<string, Colleague>()
  for (const { id, roles, disabled } of people) {
    colleagues.set(id, {
      person: id,
      units: units.get(id) ?? [],
      mayWork: disabled === 0 && worksCases(roleList.parse(JSON.parse(roles))),
      isAway: absences.has(id),
      deputies: absences.get(id)?.deputies ?? [],
      isOnDuty: isOnDuty(organisation, id, at),
      openCases: open.get(id) ?? 0,
    })
  }
  return { colleagues, away: absences }
}

interface AbsenceAt {
  readonly id: string
  readonly until: TimeUs
  readonly deputies: readonly string[]
}

/** Nobody has two absences at once. */
async function absencesAt(
  query: ScopedQueries,
  at: TimeUs,
): Promise<Map<string, AbsenceAt>> {
  const rows = await query
    .selectFrom('absence')
    .select(['id', 'person', 'until_at', 'deputies'])
    .where('phase', '<>', 'over')
    .where('from_at', '<=', at)
    .where('until_at', '>', at)
    .limit(PEOPLE_MAX)
    .execute()
  return new Map(
    rows.map(({ id, person, until_at, deputies }) => [
      person,
      { id, until: until_at, deputies: idList.parse(JSON.parse(deputies)) },
    ]),
  )
}

async function openCases(query: ScopedQueries): Promise<Map<string, number>> {
  const rows = await query
    .selectFrom('case')
    .select(({ fn }) => ['assignee', fn.countAll().as('count')])
    .where('closed_at', 'is', null)
    .where('assignee', 'is not', null)
    .groupBy('assignee')
    .limit(PEOPLE_MAX)
    .execute()
  return new Map(rows.map(({ assignee, count }) => [assignee ?? '', Number(count)]))
}

function unitsOf(
  units: ReadonlyMap<string, { readonly members: readonly string[] }>,
): Map<string, string[]> {
  const of = new Map<string, string[]>()
  for (const [unit, { members }] of units) {
    for (const person of members) {
      const own = of.get(person)
      if (own === undefined) of.set(person, [unit])
      else own.push(unit)
    }
  }
  return of
}
