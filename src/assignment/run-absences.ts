import type { UnitOfWork } from '../database/database.ts'
import type { Tables } from '../database/tables.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'
import { assign } from './assign.ts'
import type { AssignmentParts } from './assignments.ts'

type AbsenceRow = Readonly<Tables['absence']>

/** Absences looked for at once; more wait for the next look, which follows at once. */
export const ABSENCES_AT_ONCE = 100

/** Cases that share a transaction. */
const PAGE = 50

/** Pages of one absence in one look: 20,000 cases. */
const PAGES_MAX = 400

/** Who is named when time did it. */
const TIMER = 'absences'

/**
 * Begins and ends absences that are due by now, the oldest first, over all organisations, at most
 * `ABSENCES_AT_ONCE`; gives how many that were. A page of cases and how far it came are one
 * transaction, so a crash neither loses nor repeats one; of two processes one finds it done.
 */
export async function runAbsences(
  parts: AssignmentParts,
  failed: (error: unknown) => void,
): Promise<number> {
  const due = await parts.database.installation.query
    .selectFrom('absence')
    .select(['organisation', 'id'])
    .where('due_at', '<=', parts.clock.now())
    .orderBy('due_at')
    .orderBy('id')
    .limit(ABSENCES_AT_ONCE)
    .execute()
  let done = 0
  for (const one of due) {
    try {
      await runOne(parts, one)
      done += 1
    } catch (error) {
      // The others are not to wait for it; it is tried again the next time.
      failed(error)
    }
  }
  return done
}

async function runOne(
  parts: AssignmentParts,
  { organisation, id }: { readonly organisation: OrganisationId; readonly id: string },
): Promise<void> {
  await parts.catalogue(organisation)
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const at = parts.clock.now()
    const more = await parts.database.write(organisation, 'normal', (work) =>
      onePage(parts, work, { id, at }),
    )
    if (!more) return
  }
}

/** Does a page of what is due; tells whether there is more. */
async function onePage(
  parts: AssignmentParts,
  work: UnitOfWork,
  { id, at }: { readonly id: string; readonly at: TimeUs },
): Promise<boolean> {
  const row = await work.query
    .selectFrom('absence')
    .selectAll()
    .where('id', '=', id)
    .where('due_at', '<=', at)
    .executeTakeFirst()
  if (row === undefined) return false
  // The service may have been down for the whole of it.
  if (row.until_at <= at) return await handBack(parts, work, { row, at })
  if (row.scope === 'also_open' && (await handOver(parts, work, { row, at }))) return true
  await put(work, row, { phase: 'running', due_at: row.until_at })
  return false
}

interface Step {
  readonly row: AbsenceRow
  readonly at: TimeUs
}

/** What goes over is no longer the person's, so the next page begins behind it by itself. */
async function handOver(
  parts: AssignmentParts,
  work: UnitOfWork,
  { row, at }: Step,
): Promise<boolean> {
  const cases = await work.query
    .selectFrom('case')
    .select('id')
    .where('assignee', '=', row.person)
    .where('closed_at', 'is', null)
    .where('state', '<>', 'hidden')
    .whereRef('root', '=', 'id')
    .orderBy('id')
    .limit(PAGE)
    .execute()
  for (const { id } of cases) {
    // A deputy who goes too hands on for whom the case really is.
    const person = (await standsFor(work, id)) ?? row.person
    const because = { by: TIMER, via: 'absence', absence: row.id } as const
    await assign(parts, work, { case: id, person, at, ...because })
  }
  return cases.length === PAGE
}

async function standsFor(work: UnitOfWork, caseId: string): Promise<string | undefined> {
  const grant = await work.query
    .selectFrom('delegated_grant')
    .innerJoin('absence', 'absence.id', 'delegated_grant.absence')
    .select('delegated_grant.for_person')
    .where('delegated_grant.case', '=', caseId)
    .where('delegated_grant.revoked_at', 'is', null)
    .where('absence.phase', '<>', 'over')
    .executeTakeFirst()
  return grant?.for_person
}

/**
 * Cases that went to deputies because of this absence come back if the person said so, and
 * otherwise from those alone who could not keep them: deputies of other units.
 */
async function handBack(
  parts: AssignmentParts,
  work: UnitOfWork,
  { row, at }: Step,
): Promise<boolean> {
  const grants = await work.query
    .selectFrom('delegated_grant')
    .innerJoin('case', 'case.id', 'delegated_grant.case')
    .select(['delegated_grant.id', 'delegated_grant.person', 'delegated_grant.for_person'])
    .select(['case.id as case', 'case.assignee', 'case.unit', 'case.closed_at'])
    .select(['case.state', 'case.root'])
    .where((where) =>
      where.or([
        where('delegated_grant.absence', '=', row.id),
        where('delegated_grant.for_person', '=', row.person),
      ]),
    )
    .where('delegated_grant.revoked_at', 'is', null)
    .where('delegated_grant.id', '>', row.cursor)
    .orderBy('delegated_grant.id')
    .limit(PAGE)
    .execute()
  const { units } = parts.catalogueNow(work.organisation)
  for (const grant of grants) {
    if (!isWith(grant)) continue
    const members = units.get(grant.unit ?? '')?.members ?? []
    if (row.hand_back === 0 && couldKeep(grant, members)) continue
    const person = grant.for_person
    await assign(parts, work, { case: grant.case, person, by: TIMER, at, via: 'absence' })
  }
  const last = grants.at(-1)
  if (grants.length === PAGE && last !== undefined) {
    await put(work, row, { cursor: last.id })
    return true
  }
  await put(work, row, { phase: 'over', due_at: null })
  return false
}

interface Delegated {
  readonly person: string
  readonly case: string
  readonly assignee: string | null
  readonly closed_at: TimeUs | null
  readonly state: string
  readonly root: string
}

/** Is the case still worked on, and with whom it went to? */
function isWith({
  person,
  case: id,
  assignee,
  closed_at,
  state,
  root,
}: Delegated): boolean {
  return closed_at === null && state !== 'hidden' && root === id && assignee === person
}

/** One of the unit, or of a unit that names nobody. */
function couldKeep({ person }: Delegated, members: readonly string[]): boolean {
  return members.length === 0 || members.includes(person)
}

async function put(
  work: UnitOfWork,
  { id }: AbsenceRow,
  set: Partial<Pick<AbsenceRow, 'phase' | 'due_at' | 'cursor'>>,
): Promise<void> {
  await work.query.updateTable('absence').set(set).where('id', '=', id).execute()
}
