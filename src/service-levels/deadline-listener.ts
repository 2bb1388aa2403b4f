import type { CaseListener } from '../cases/news.ts'
import { keepDeadlines } from './keep.ts'
import type { DeadlineParts } from './parts.ts'
import { tellingKinds } from './story.ts'

const heard: ReadonlySet<string> = new Set(
  tellingKinds.filter((kind) => kind !== 'deadline'),
)

/** What may make neighbours part of something larger. */
const spreading: ReadonlySet<string> = new Set(['opened', 'rerouted', 'assets_gathered'])

/**
 * Keeps the deadlines of cases with their histories, in the transaction of each event. Reports that
 * join and alarms that come and go move no clock, so a storm of them costs nothing here.
 */
export function deadlineListener(
  parts: Pick<DeadlineParts, 'append' | 'catalogueNow'>,
): CaseListener {
  return async (work, { case: id, kind, at }) => {
    if (!heard.has(kind)) return
    await keepDeadlines(parts, work, { case: id, at, spreads: spreading.has(kind) })
  }
}
