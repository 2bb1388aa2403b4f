import type { ScopedQueries } from '../database/database.ts'
import { timeUs, type TimeUs } from '../domain/time.ts'

/** A letter to somebody who follows a case that did not arrive, yet or ever. */
export interface LetterProblem {
  readonly case: { readonly id: string; readonly number: string }
  /** Of whom it was for; the address stands with the personal data. */
  readonly report: string
  /** `failed`: nobody tries again. */
  readonly state: 'failed' | 'retrying'
  readonly tries: number
  /** What went wrong, without addresses. */
  readonly error: string
  /** When it was given up, or when it is tried again. */
  readonly at: TimeUs
}

/** Letters of followers that did not arrive: what failed for good first, each the newest first. */
export async function letterProblems(
  query: ScopedQueries,
  asked: {
    /** Reported or merged into it; left out: of all cases. */
    readonly case?: string | undefined
    /** At most so many of either state. */
    readonly limit: number
  },
): Promise<readonly LetterProblem[]> {
  const failed = await problems(query, asked)
    .select('outbox.failed_at as at')
    .where('outbox.failed_at', 'is not', null)
    .orderBy('outbox.failed_at', 'desc')
    .execute()
  const retried = await problems(query, asked)
    .select('outbox.due_at as at')
    .where('outbox.failed_at', 'is', null)
    .where('outbox.delivered_at', 'is', null)
    .where('outbox.error', 'is not', null)
    .orderBy('outbox.due_at', 'desc')
    .execute()
  return [
    ...failed.map((row) => problemOf(row, 'failed')),
    ...retried.map((row) => problemOf(row, 'retrying')),
  ]
}

function problems(
  query: ScopedQueries,
  asked: { readonly case?: string | undefined; readonly limit: number },
) {
  const found = query
    .selectFrom('outbox')
    .innerJoin('letter_window', 'letter_window.id', 'outbox.id')
    .innerJoin('subscriber', 'subscriber.id', 'letter_window.receiver')
    .innerJoin('case', 'case.id', 'subscriber.case')
    .select(['case.id', 'case.number', 'subscriber.report'])
    .select(['outbox.attempts', 'outbox.error'])
    .limit(asked.limit)
  const { case: id } = asked
  return id === undefined
    ? found
    : found.where((eb) => eb.or([eb('case.id', '=', id), eb('case.root', '=', id)]))
}

function problemOf(
  row: {
    readonly id: string
    readonly number: string
    readonly report: string
    readonly attempts: number
    readonly error: string | null
    readonly at: TimeUs | null
  },
  state: LetterProblem['state'],
): LetterProblem {
  const { id, number, report, attempts: tries, error, at } = row
  return {
    case: { id, number },
    report,
    state,
    tries,
    error: error ?? '',
    at: at ?? timeUs(0),
  }
}
