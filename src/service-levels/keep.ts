import type { UnitOfWork } from '../database/database.ts'
import { derivedId } from '../database/derived-id.ts'
import type { TimeUs } from '../domain/time.ts'
import { levelAmong } from './becomes.ts'
import type { CaseHistory, LevelOf } from './clocks.ts'
import { calendarOf, type DeadlineCatalogue, type DeadlineParts } from './parts.ts'
import { levelInForce, readHistory } from './read-history.ts'
import { deadlines, type Deadlines, type PlannedStep } from './steps.ts'
import { LEVEL_STEP } from './story.ts'
import { readSurroundings } from './surroundings.ts'

/** A case around another one whose level was looked at too; more follow with their own next event. */
const AROUND_AT_MOST = 100

type Keeping = Pick<DeadlineParts, 'append' | 'catalogueNow'>

interface Kept {
  readonly id: string
  readonly kind: 'single' | 'group' | 'storm'
  readonly asset: string | null
  readonly join_class: string
  readonly category: string
  readonly priority: string
  readonly policy: string | null
  readonly due_at: TimeUs | null
}

/**
 * Works out anew what a case promises: which level holds, the next deadline and whom to tell when. What
 * it writes is an index over the history, apart from the level, which the history is told of.
 * `spreads`: the cases around it may have become something else, too.
 */
export async function keepDeadlines(
  parts: Keeping,
  work: UnitOfWork,
  asked: { readonly case: string; readonly at: TimeUs; readonly spreads: boolean },
): Promise<void> {
  const catalogue = parts.catalogueNow(work.organisation)
  const row = await keptRow(work, asked.case)
  if (row === undefined) return
  const around = await settle(parts, work, { catalogue, row, at: asked.at })
  if (!asked.spreads) return
  for (const id of around.slice(0, AROUND_AT_MOST)) {
    const other = await keptRow(work, id)
    if (other !== undefined)
      await settle(parts, work, { catalogue, row: other, at: asked.at })
  }
}

/** The same for one case; gives the cases around it. */
async function settle(
  parts: Keeping,
  work: UnitOfWork,
  {
    catalogue,
    row,
    at,
  }: { readonly catalogue: DeadlineCatalogue; readonly row: Kept; readonly at: TimeUs },
): Promise<readonly string[]> {
  const { level, cases } = await levelOf(work, catalogue, row)
  let history = await readHistory(work.query, row.id)
  if (history === undefined) return []
  const inForce = levelInForce(history)
  if (inForce === undefined ? level !== null : inForce.level !== level) {
    await parts.append(work, row.id, {
      kind: 'deadline',
      actor: 'system',
      at,
      visibility: 'internal',
      data: { step: LEVEL_STEP, ...(level !== null && { reference: level }) },
    })
    history = (await readHistory(work.query, row.id)) ?? history
  }
  await write(work, row, { level, ...standing(catalogue, row, history, at) })
  return cases
}

/** Where a case stands by its history. */
export function standing(
  catalogue: DeadlineCatalogue,
  { priority }: { readonly priority: string },
  history: CaseHistory,
  now: TimeUs,
): Deadlines {
  const levels: LevelOf = (name) => catalogue.serviceLevels.get(name)
  const urgent = priority === 'urgent'
  return deadlines(history, levels, calendarOf(catalogue), { now, urgent })
}

async function levelOf(
  work: UnitOfWork,
  catalogue: DeadlineCatalogue,
  row: Kept,
): Promise<{ readonly level: string | null; readonly cases: readonly string[] }> {
  const base = row.policy ?? catalogue.categories.get(row.category)?.serviceLevel ?? null
  if (base === null || !canBecome(catalogue)) return { level: base, cases: [] }
  const around = await readSurroundings(work, catalogue, row)
  const levels: LevelOf = (name) => catalogue.serviceLevels.get(name)
  return { level: levelAmong(base, row.asset, levels, around), cases: around.cases }
}

/** Where no level ever becomes another one, nobody need look around. */
function canBecome({ serviceLevels }: DeadlineCatalogue): boolean {
  return [...serviceLevels.values()].some(({ becomes }) => becomes.length > 0)
}

async function keptRow(work: UnitOfWork, id: string): Promise<Kept | undefined> {
  return await work.query
    .selectFrom('case')
    .select([
      'id',
      'kind',
      'asset',
      'join_class',
      'category',
      'priority',
      'policy',
      'due_at',
    ])
    .where('id', '=', id)
    .executeTakeFirst()
}

async function write(
  work: UnitOfWork,
  row: Kept,
  { level, dueAt, steps }: Deadlines & { readonly level: string | null },
): Promise<void> {
  if (row.policy !== level || row.due_at !== dueAt) {
    await work.query
      .updateTable('case')
      .set({ policy: level, due_at: dueAt })
      .where('id', '=', row.id)
      .execute()
  }
  await work.query.deleteFrom('case_deadline').where('case', '=', row.id).execute()
  if (steps.length === 0) return
  await work.query
    .insertInto('case_deadline')
    .values(
      steps.map((step) => ({
        organisation: work.organisation,
        id: deadlineId(row.id, step),
        case: row.id,
        clock: step.clock,
        level: step.level,
        since: step.since,
        percent: step.at,
        tell: step.tell,
        due: step.due,
      })),
    )
    .onConflict((conflict) => conflict.columns(['organisation', 'id']).doNothing())
    .execute()
}

function deadlineId(
  caseId: string,
  { clock, level, since, at, tell }: PlannedStep,
): string {
  return derivedId('deadline', caseId, clock, level, since, at, tell)
}
