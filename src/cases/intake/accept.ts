import type { ScopedQueries, UnitOfWork } from '../../database/database.ts'
import { Problem } from '../../domain/problem.ts'
import { joinClassOf } from '../catalogue.ts'
import type { ReportReceipt } from '../cases.ts'
import { insertCase, triage } from '../join/insert.ts'
import type { OwnParts } from '../parts.ts'
import { placeOf, storeReport } from '../store-report.ts'
import type { Intake } from '../take-report.ts'

/** Reports of one organisation that may wait to be placed. */
const WAITING_MAX = 20_000
/** When those who were refused may come again. */
const AGAIN_SECONDS = 30

/**
 * Accepts a report and does nothing else: it has its number, its link, its photos and a case in
 * triage, on disk; routes, joining and letters wait. Throws Problem unavailable when too many wait.
 */
export async function acceptReport(
  work: UnitOfWork,
  parts: OwnParts,
  intake: Intake,
): Promise<ReportReceipt> {
  const { report, category, catalogue, caseId, reportId, now, token } = intake
  const sequence = await nextPlace(work.query, parts.waitingMax ?? WAITING_MAX)
  const row = await insertCase(work, catalogue, {
    id: caseId,
    routing: triage,
    finding: {
      fault: { category: report.category, joinClass: joinClassOf(category) },
      // It holds no asset before it is known whether another case does.
      asset: null,
      place: placeOf(intake),
      source: report.source,
      report: reportId,
      actor: report.actor,
      since: now,
      now,
    },
  })
  await storeReport(work, parts, { intake, caseId })
  await work.query
    .insertInto('intake')
    .values({
      organisation: work.organisation,
      case: caseId,
      sequence,
      report: reportId,
      actor: report.actor,
      follows: report.follows ?? null,
      accepted_at: now,
      attempts: 0,
      due_at: now,
    })
    .execute()
  return { case: caseId, number: row.number, token, known: null, waits: true }
}

/** Where in the queue it stands. */
async function nextPlace(query: ScopedQueries, most: number): Promise<number> {
  const { last, waiting } = await query
    .selectFrom('intake')
    .select((select) => [
      select.fn.max('sequence').as('last'),
      select.fn.countAll().as('waiting'),
    ])
    .executeTakeFirstOrThrow()
  if (Number(waiting) < most) return (last ?? 0) + 1
  throw new Problem({
    kind: 'unavailable',
    what: 'So many report now that no more can be taken in.',
    why: `${most} reports wait to be looked at.`,
    next: 'Send it again in a minute; call if somebody is in danger.',
    facts: { retryAfterSeconds: AGAIN_SECONDS },
  })
}

/**
 * Does a report of the organisation wait for its turn? One that failed had its turn: it is tried again,
 * and those that come now do not stand behind it.
 */
export async function someWait(query: ScopedQueries): Promise<boolean> {
  const row = await query
    .selectFrom('intake')
    .select('case')
    .where('attempts', '=', 0)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Does the report that this case was made for wait? */
export async function waits(query: ScopedQueries, caseId: string): Promise<boolean> {
  const row = await query
    .selectFrom('intake')
    .select('case')
    .where('case', '=', caseId)
    .executeTakeFirst()
  return row !== undefined
}
