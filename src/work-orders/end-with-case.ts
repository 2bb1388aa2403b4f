import type { CaseListener } from '../cases/news.ts'
import { putOrder } from './change-order.ts'
import type { OrderParts } from './parts.ts'
import { settledState } from './states.ts'

/** Orders that end with one case; a storm's may hold those of many. */
const ENDED_MAX = 1_000

/**
 * Ends the orders of a case, and of all that lies in it, when it is closed or put out of sight: what
 * was done is taken as it is, the rest is cancelled. Appends events itself, so it hears late.
 */
export function endWithCase(parts: Pick<OrderParts, 'append'>): CaseListener {
  return async (work, { kind, case: caseId, actor, at, data: { to } }) => {
    if (kind !== 'moved' || (to !== 'closed' && to !== 'hidden')) return
    const rows = await work.query
      .selectFrom('work_order')
      .innerJoin('case', 'case.id', 'work_order.case')
      .selectAll('work_order')
      .where((where) =>
        where.or([where('case.root', '=', caseId), where('case.id', '=', caseId)]),
      )
      .where('work_order.state', 'in', ['ordered', 'accepted', 'done'])
      .orderBy('work_order.id')
      .limit(ENDED_MAX)
      .execute()
    for (const row of rows) {
      await putOrder(work, parts, { row, to: settledState(row.state), text: '', actor, at })
    }
  }
}
