import { Problem, type ProblemDetails } from '../../src/domain/problem.ts'

/** The details of the Problem that `task` is refused with; fails the test when it is not refused. */
export async function refusalOf(task: Promise<unknown>): Promise<ProblemDetails> {
  const outcome: unknown = await task.then(
    () => 'nothing: it was allowed',
    (error: unknown) => error,
  )
  if (outcome instanceof Problem) return outcome.details
  throw new Error(`expected a Problem, got ${String(outcome)}`)
}
