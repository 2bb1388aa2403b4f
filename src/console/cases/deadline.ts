import type { CaseView } from '../../cases/views.ts'

/** How a case stands to its next deadline; the span is in milliseconds and never negative. */
interface Deadline {
  readonly kind: 'left' | 'over'
  readonly spanMs: number
}

/** Undefined for a case without a deadline, and for one that is closed: nothing is due there any more. */
export function deadlineOf(
  { dueAt, closedAt }: Pick<CaseView, 'dueAt' | 'closedAt'>,
  now: Date,
): Deadline | undefined {
  if (dueAt === null || closedAt !== null) return undefined
  const leftMs = Date.parse(dueAt) - now.getTime()
  return leftMs < 0 ? { kind: 'over', spanMs: -leftMs } : { kind: 'left', spanMs: leftMs }
}
