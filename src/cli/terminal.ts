import { Problem, type ProblemKind } from '../domain/problem.ts'

/** Where a command writes. Answers go to `out`, messages to `err`, so that answers can be piped. */
export interface Terminal {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Standard error is a terminal that a person looks at. */
  readonly interactive: boolean
  /** Asks a person on a terminal; elsewhere everybody agrees. */
  readonly agree: (question: string) => Promise<boolean>
  /** What is piped in, read once. Left out where nothing can be. */
  readonly input?: () => AsyncIterable<Buffer>
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted by Ctrl-C or SIGTERM, or for `brokenPipe`. */
  readonly stop: AbortSignal
}

/** Why `stop` was aborted when nobody reads standard output any more, which is no failure. */
export const brokenPipe = 'EPIPE'

/** Exit codes, the same for every command. */
export const exit = {
  ok: 0,
  failed: 1,
  usage: 2,
  invalid: 3,
  notFound: 4,
  unreachable: 5,
  missed: 6,
  interrupted: 130,
} as const

const exitOfProblem: Record<ProblemKind, number> = {
  invalid: exit.invalid,
  conflict: exit.invalid,
  reused: exit.invalid,
  too_large: exit.invalid,
  not_found: exit.notFound,
  unavailable: exit.unreachable,
  too_many: exit.unreachable,
  forbidden: exit.failed,
  unauthenticated: exit.failed,
}

/** Writes what went wrong in four lines at most and returns the exit code for it. */
export function explain(error: unknown, terminal: Terminal): number {
  if (error instanceof Problem) {
    const { what, where, why, next, kind } = error.details
    terminal.err(`gatuvakt: ${what}`)
    if (where !== undefined) terminal.err(`  where: ${where}`)
    if (why !== undefined) terminal.err(`  why:   ${why}`)
    if (next !== undefined) terminal.err(`  next:  ${next}`)
    return exitOfProblem[kind]
  }
  if (isMissingFile(error)) {
    terminal.err(`gatuvakt: there is no ${error.path}`)
    terminal.err('  next:  correct the path')
    return exit.notFound
  }
  terminal.err(
    `gatuvakt: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  )
  return exit.failed
}

/** Whether somebody named a file that is not there. */
export function isMissingFile(error: unknown): error is Error & { readonly path: string } {
  return (
    error instanceof Error && 'code' in error && error.code === 'ENOENT' && 'path' in error
  )
}
