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
  return [
    ...(await followUps(query).where('report.id', '=', report).execute()),
    ...(await answers(query).where('subscriber.report', '=', report).execute()),
  ]
}

/** The same of everybody who reported a case, as far as it lies in another one. */
export async function saidElsewhere(
  query: ScopedQueries,
  caseId: string,
): Promise<readonly Said[]> {
  const added = followUps(query)
    .where('report.case', '=', caseId)
    .where('follow_up.case', '<>', caseId)
  const answered = answers(query)
    .where('subscriber.case', '=', caseId)
    .where('survey_answer.case', '<>', caseId)
  return [...(await added.execute()), ...(await answered.execute())]
}

/** With the reports that they belong to. */
function followUps(query: ScopedQueries) {
  return query
    .selectFrom('follow_up')
    .innerJoin('report', 'report.id', 'follow_up.report')
    .select(['follow_up.id', 'follow_up.case'])
    .orderBy('follow_up.id')
    .limit(saidAtMost)
}

/** With those who gave them. */
function answers(query: ScopedQueries) {
  return query
    .selectFrom('survey_answer')
    .innerJoin('subscriber', 'subscriber.id', 'survey_answer.subscriber')
    .select(['survey_answer.id', 'survey_answer.case'])
    .orderBy('survey_answer.id')
    .limit(saidAtMost)
}
