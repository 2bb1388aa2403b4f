import type { Tables } from '../database/tables.ts'
import type { UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'
import { keepDeadlines, standing } from './keep.ts'
import type { DeadlineCatalogue, DeadlineParts } from './parts.ts'
import { readHistory } from './read-history.ts'
import { sendDeadline } from './send-deadline.ts'

/** Steps looked for at once in one organisation; more wait for the next look. */
export const DEADLINES_AT_ONCE = 200

/** Cases worked out anew in one transaction. */
const CASES_TOGETHER = 50

/** What time does to deadlines. */
export interface DeadlineTimers {
  /** Tells whoever is to be told by now, over all organisations; gives how many steps were looked at. */
  runDue(failed: (error: unknown) => void): Promise<number>
  /** Works every open case of an organisation out anew: after another configuration. Gives how many. */
  recompute(organisation: OrganisationId): Promise<number>
}

type Row = Readonly<Tables['case_deadline']>

export function createDeadlineTimers(parts: DeadlineParts): DeadlineTimers {
  return {
    async runDue(failed) {
      let looked = 0
      for (const organisation of await parts.organisations()) {
        try {
          looked += await runOf(parts, organisation)
        } catch (error) {
          // The others' deadlines are not to wait for it; it is tried again the next time.
          failed(error)
        }
      }
      return looked
    },
    recompute: (organisation) => recompute(parts, organisation),
  }
}

async function runOf(parts: DeadlineParts, organisation: OrganisationId): Promise<number> {
  const { database, clock } = parts
  const due = await database
    .read(organisation)
    .selectFrom('case_deadline')
    .selectAll()
    .where('due', '<=', clock.now())
    .orderBy('due')
    .orderBy('id')
    .limit(DEADLINES_AT_ONCE)
    .execute()
  if (due.length === 0) return 0
  const catalogue = await parts.catalogue(organisation)
  for (const row of due) {
    const now = clock.now()
    await database.write(organisation, 'normal', (work) =>
      runOne(parts, work, { row, catalogue, now }),
    )
  }
  return due.length
}

/** The row and what it does are one transaction: a crash neither loses nor repeats it. */
async function runOne(
  parts: DeadlineParts,
  work: UnitOfWork,
  {
    row,
    catalogue,
    now,
  }: { readonly row: Row; readonly catalogue: DeadlineCatalogue; readonly now: TimeUs },
): Promise<void> {
  const { numDeletedRows } = await work.query
    .deleteFrom('case_deadline')
    .where('id', '=', row.id)
    .executeTakeFirst()
  // Somebody else was faster, or the case moved on.
  if (numDeletedRows === 0n) return
  const found = await openCase(work, row.case)
  if (found === undefined) return
  const history = await readHistory(work.query, row.case)
  if (history === undefined) return
  const { steps } = standing(catalogue, found, history, now)
  const isDue = steps.some(
    ({ clock, level, at, due }) =>
      clock === row.clock && level === row.level && at === row.percent && due <= now,
  )
  if (!isDue) {
    await keepDeadlines(parts, work, { case: row.case, at: now, spreads: false })
    return
  }
  const event = await parts.append(work, row.case, {
    kind: 'deadline',
    actor: 'system',
    at: now,
    visibility: 'internal',
    data: { clock: row.clock, step: String(row.percent), reference: row.level },
  })
  await sendDeadline(parts, work, { row: found, event, tell: row.tell, catalogue, now })
}

/** Undefined for one that is closed, hidden or lies in another: those escalate never. */
async function openCase(
  work: UnitOfWork,
  id: string,
): Promise<
  | {
      readonly id: string
      readonly priority: string
      readonly unit: string | null
      readonly assignee: string | null
    }
  | undefined
> {
  return await work.query
    .selectFrom('case')
    .select(['id', 'priority', 'unit', 'assignee'])
    .where('id', '=', id)
    .where('root', '=', id)
    .where('closed_at', 'is', null)
    .where('state', '<>', 'hidden')
    .executeTakeFirst()
}

async function recompute(
  parts: DeadlineParts,
  organisation: OrganisationId,
): Promise<number> {
  const { database, clock } = parts
  await parts.catalogue(organisation)
  let done = 0
  let after = ''
  for (;;) {
    const page = await database
      .read(organisation)
      .selectFrom('case')
      .select('id')
      .where('closed_at', 'is', null)
      .where('policy', 'is not', null)
      .where('id', '>', after)
      .orderBy('id')
      .limit(CASES_TOGETHER)
      .execute()
    const last = page.at(-1)
    if (last === undefined) return done
    await database.write(organisation, 'normal', async (work) => {
      const at = clock.now()
      for (const { id } of page) {
        await keepDeadlines(parts, work, { case: id, at, spreads: false })
      }
    })
    done += page.length
    after = last.id
  }
}
