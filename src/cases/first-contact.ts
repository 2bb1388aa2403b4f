import type { UnitOfWork } from '../database/database.ts'
import { Problem } from '../domain/problem.ts'
import type { CaseRow } from './case-row.ts'
import type { ReportReceipt } from './cases.ts'
import { caseById } from './change.ts'
import { moveRow } from './move-case.ts'
import type { OwnParts } from './parts.ts'
import type { Intake } from './take-report.ts'

/**
 * Closes the case that a report opened with the answer that was given while the report was taken down,
 * and says so in its history: this report was answered at first contact. What was opened is placed,
 * routed and told of as ever. Throws what moves throw.
 */
export async function answerAtOnce(
  work: UnitOfWork,
  parts: OwnParts,
  { report, reportId, caseId, catalogue, now: at }: Intake,
): Promise<Pick<ReportReceipt, 'warnings'>> {
  const { answered } = report
  if (answered === undefined) return {}
  const row = await caseById(work.query, caseId)
  if (row.root !== row.id) throw isKnown(row)
  const { version } = row
  const move = { ...answered, to: 'closed', version } as const
  const { warned } = await moveRow(work, parts, { row, move, at, catalogue })
  await parts.append(work, row.id, {
    kind: 'first_contact',
    actor: answered.by.name,
    at,
    visibility: 'internal',
    data: { report: reportId, source: report.source },
  })
  return warned
}

/** Throws Problem conflict for an answer to a report that belongs to a case of others. */
export function checkUnanswered({ report }: Intake, row: CaseRow): void {
  if (report.answered !== undefined) throw isKnown(row)
}

function isKnown({ id, number }: CaseRow): Problem {
  return new Problem({
    kind: 'conflict',
    what: `This is known already: it belongs to the case ${number}.`,
    where: 'answered',
    why: 'Closing that case would answer others who wait for it too.',
    next: 'Send it without the answer, and say what is known.',
    facts: { case: id, number },
  })
}
