import { z } from 'zod'
import type { ScopedQueries, UnitOfWork } from '../database/database.ts'
import type { Assignee, Wanted } from './assignment.ts'
import type {
  Assigned,
  Assigning,
  AssignmentEvent,
  AssignmentParts,
} from './assignments.ts'
import { checkChoice, checkRow, type AssignableCase } from './check-choice.ts'
import { readColleagues, type Present } from './colleagues.ts'
import { delegate, undelegate } from './grants.ts'
import { resolveAssignee } from './resolve-assignee.ts'

/** The forward that sends a case to triage instead of on. */
const FORWARDS_MAX = 3

/** Steps of a decision that are told. */
const BECAUSE_MAX = 50

type Parts = Pick<
  AssignmentParts,
  'catalogueNow' | 'worksCases' | 'isOnDuty' | 'append' | 'audit'
>

/** `absence`: the one because of which a case goes over, if it is not that of the wanted person. */
type Asked = Assigning & { readonly absence?: string }

/** See `Assignments.assign`. */
export async function assign(
  parts: Parts,
  work: UnitOfWork,
  asked: Asked,
): Promise<Assigned> {
  const row = await work.query
    .selectFrom('case')
    .select(['id', 'version', 'state', 'unit', 'assignee', 'closed_at', 'root'])
    .where('id', '=', asked.case)
    .executeTakeFirst()
  const { catalogueNow } = parts
  const found = checkRow(row, asked)
  const { organisation } = work
  const who = await present(parts, work, asked)
  const { units } = catalogueNow(organisation)
  const wanted = wantedOf(found, asked, { units, who })
  if (asked.via === 'person') checkChoice(wanted, asked, { units, ...who })
  const isForward =
    asked.via === 'person' &&
    found.unit !== null &&
    wanted.unit !== null &&
    found.unit !== wanted.unit
  if (isForward && (await forwards(work.query, found.id)) >= FORWARDS_MAX - 1) {
    const nobody = { unit: null, person: null, for: null, because: [] }
    return await settle(parts, work, { asked, row: found, who, to: nobody, step: 'triage' })
  }
  const { unit } = wanted
  const fitting = withinUnit(wanted, who.colleagues)
  const to = resolveAssignee({ ...wanted, unit: unit ?? '' }, fitting)
  const step = isForward ? 'forward' : undefined
  return await settle(parts, work, { asked, row: found, who, to: { ...to, unit }, step })
}

const nobodyAsked: Present = { colleagues: new Map(), away: new Map() }

/** Nobody needs to be looked at to put a case into a queue. */
async function present(
  parts: Parts,
  work: UnitOfWork,
  { person, at }: Assigning,
): Promise<Present> {
  if (person === undefined || person === null) return nobodyAsked
  return await readColleagues(parts, work.query, { organisation: work.organisation, at })
}

interface Known {
  readonly units: ReadonlyMap<string, unknown>
  readonly who: Present
}

/** The unit that is meant: a route to one that is gone means triage, so that nothing is dropped. */
function wantedOf(
  row: AssignableCase,
  { unit, person = null, via }: Assigning,
  { units, who }: Known,
): Omit<Wanted, 'unit'> & { readonly unit: string | null } {
  const first = person === null ? undefined : who.colleagues.get(person)?.units[0]
  const meant = unit === undefined ? (row.unit ?? first ?? null) : unit
  const isThere = meant === null || units.has(meant) || via === 'person'
  return { unit: isThere ? meant : null, person }
}

/** A person of another unit may not have it for itself, only as a deputy. A unit may name nobody. */
function withinUnit(
  { unit, person }: { readonly unit: string | null; readonly person: string | null },
  colleagues: Present['colleagues'],
): Present['colleagues'] {
  const wanted = colleagues.get(person ?? '')
  if (unit === null || wanted === undefined || wanted.units.includes(unit))
    return colleagues
  const isNamed = [...colleagues.values()].some(({ units }) => units.includes(unit))
  if (!isNamed) return colleagues
  const stranger = { ...wanted, mayWork: false, isAway: false }
  return new Map([...colleagues, [wanted.person, stranger]])
}

const forwardData = z.looseObject({ step: z.string().optional() })

/** How often people forwarded the case since it lay in triage last. */
async function forwards(query: ScopedQueries, caseId: string): Promise<number> {
  const rows = await query
    .selectFrom('case_event')
    .select('data')
    .where('case', '=', caseId)
    .where('kind', '=', 'assigned')
    .orderBy('sequence', 'desc')
    .limit(500)
    .execute()
  const steps = rows.map(({ data }) => forwardData.parse(JSON.parse(data)).step)
  const since = steps.indexOf('triage')
  const recent = since < 0 ? steps : steps.slice(0, since)
  return recent.filter((step) => step === 'forward').length
}

interface Settling {
  readonly asked: Asked
  readonly row: AssignableCase
  readonly who: Present
  readonly to: Omit<Assignee, 'unit'> & { readonly unit: string | null }
  readonly step: 'forward' | 'triage' | undefined
}

async function settle(parts: Parts, work: UnitOfWork, given: Settling): Promise<Assigned> {
  const { row, to, step } = given
  const changed = row.unit !== to.unit || row.assignee !== to.person
  const version = row.version + (changed ? 1 : 0)
  if (changed) await write(parts, work, given)
  const because = to.because.slice(0, BECAUSE_MAX)
  return { ...to, because, version, changed, toTriage: step === 'triage' }
}

async function write(parts: Parts, work: UnitOfWork, given: Settling): Promise<void> {
  const { asked, row, to, step } = given
  const { by: actor, at } = asked
  const state = stateAfter(row.state, to.person)
  work.tell({ kind: 'case', subject: row.id })
  await work.query
    .updateTable('case')
    .set({
      unit: to.unit,
      assignee: to.person,
      state,
      version: row.version + 1,
      changed_at: at,
    })
    .where('id', '=', row.id)
    .where('version', '=', row.version)
    .returning('id')
    .executeTakeFirstOrThrow()
  const data: AssignmentEvent['data'] = {
    ...(to.unit !== null && { unit: to.unit }),
    person: to.person,
    ...(to.for !== null && { for: to.for }),
    ...(step !== undefined && { step }),
  }
  const { append } = parts
  // Before grants change hands: the history says for whom the one acted who gave it on.
  await append(work, row.id, { kind: 'assigned', actor, at, visibility: 'internal', data })
  if (state !== row.state) {
    await append(work, row.id, { ...moved(state), actor, at, visibility: 'public' })
  }
  await undelegate(work, row.id, at)
  if (to.person !== null && to.for !== null) {
    await standIn(parts, work, { ...given, person: to.person, standsFor: to.for })
  }
}

/** A person has it: assigned. Back in a queue it is as received as before. */
function stateAfter(state: string, person: string | null): string {
  if (state === 'received' && person !== null) return 'assigned'
  return state === 'assigned' && person === null ? 'received' : state
}

function moved(state: string): Pick<AssignmentEvent, 'kind' | 'data'> {
  return state === 'assigned'
    ? { kind: 'moved', data: { from: 'received', to: 'assigned' } }
    : { kind: 'moved', data: { from: 'assigned', to: 'received' } }
}

async function standIn(
  { audit }: Parts,
  work: UnitOfWork,
  {
    asked: { at, by, absence },
    row,
    who,
    person,
    standsFor,
  }: Settling & { readonly person: string; readonly standsFor: string },
): Promise<void> {
  const away = who.away.get(standsFor)
  if (away === undefined) throw new Error(`nobody stands in for ${standsFor}, who is here`)
  await delegate(work, {
    case: row.id,
    version: row.version + 1,
    person,
    for: standsFor,
    absence: absence ?? away.id,
    at,
    until: away.until,
  })
  await audit(work, {
    at,
    actor: by,
    action: 'case.delegated',
    subject: row.id,
    detail: { person, for: standsFor },
  })
}
