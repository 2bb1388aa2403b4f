import type { ScopedQueries } from '../database/database.ts'

/** What somebody said, and the case under whose key it stands. */
export interface Said {
  readonly id: string
  readonly case: string
}

/** One case takes 1,000 follow-ups and an answer of each of its followers; this is more than any has. */
const saidAtMost = 20_000

/**
 * What the person of a report said after it: follow-ups, and the answer to the survey. They lie in the
 * case that the report's own was merged into then, whatever became of the merge.
 */
export async function saidLater(
  query: ScopedQueries,
  report: string,
): Promise<readonly Said[]> {
  const followUps = await query
    .selectFrom('follow_up')
    .select(['id', 'case'])
    .where('report', '=', report)
    .orderBy('id')
    .limit(saidAtMost)
    .execute()
  const answers = await query
    .selectFrom('survey_answer')
    .innerJoin('subscriber', 'subscriber.id', 'survey_answer.subscriber')
    .select(['survey_answer.id', 'survey_answer.case'])
    .where('subscriber.report', '=', report)
    .orderBy('survey_answer.id')
    .limit(saidAtMost)
    .execute()
  return [...followUps, ...answers]
}

/** The same of everybody who reported a case, as far as it lies in another one. */
export async function saidElsewhere(
  query: ScopedQueries,
  caseId: string,
): Promise<readonly Said[]> {
  const followUps = await query
    .selectFrom('follow_up')
    .innerJoin('report', 'report.id', 'follow_up.report')
    .select(['follow_up.id', 'follow_up.case'])
    .where('report.case', '=', caseId)
    .where('follow_up.case', '<>', caseId)
    .orderBy('follow_up.id')
    .limit(saidAtMost)
    .execute()
  const answers = await query
    .selectFrom('survey_answer')
    .innerJoin('subscriber', 'subscriber.id', 'survey_answer.subscriber')
    .select(['survey_answer.id', 'survey_answer.case'])
    .where('subscriber.case', '=', caseId)
    .where('survey_answer.case', '<>', caseId)
    .orderBy('survey_answer.id')
    .limit(saidAtMost)
    .execute()
  return [...followUps, ...answers]
}
