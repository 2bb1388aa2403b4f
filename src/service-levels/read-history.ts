import { z } from 'zod'
import { caseState } from '../cases/views.ts'
import type { ScopedQueries } from '../database/database.ts'
import type { TimeUs } from '../domain/time.ts'
import type { CaseHistory } from './clocks.ts'
import { LEVEL_STEP, tellingKinds, type LevelEvent } from './story.ts'

/** Events of a case that its clocks hear; what comes after so many moves no clock any more. */
const EVENTS_AT_MOST = 2_000

/** What of an event clocks go by; the rest is nobody's business here. */
const data = z.object({
  to: caseState.optional(),
  text: z.string().optional(),
  followers: z.boolean().optional(),
  clock: z.string().optional(),
  step: z.string().optional(),
  reference: z.string().optional(),
  person: z.string().nullable().optional(),
})

/** A case's own history; it counts from the first report of all cases that lie in it now. */
export async function readHistory(
  query: ScopedQueries,
  caseId: string,
): Promise<CaseHistory | undefined> {
  const rows = await query
    .selectFrom('case_event')
    .select(['sequence', 'at', 'kind', 'actor', 'visibility', 'data'])
    .where('case', '=', caseId)
    .where('kind', 'in', tellingKinds)
    .orderBy('sequence')
    .limit(EVENTS_AT_MOST)
    .execute()
  const events = rows.map((row): LevelEvent =>
    Object.assign({}, row, { data: data.parse(JSON.parse(row.data)) }),
  )
  const [opened] = events
  if (opened === undefined) return undefined
  const first = await query
    .selectFrom('report')
    .innerJoin('case', 'case.id', 'report.case')
    .select((select) => select.fn.min('report.received_at').as('at'))
    .where('case.root', '=', caseId)
    .executeTakeFirst()
  const receivedAt: TimeUs = first?.at ?? opened.at
  return { events, receivedAt: receivedAt < opened.at ? receivedAt : opened.at }
}

/** The level that holds by the history; undefined where none was ever said. */
export function levelInForce({
  events,
}: CaseHistory): { readonly level: string | null } | undefined {
  const last = events.findLast(
    ({ kind, data }) => kind === 'deadline' && data.step === LEVEL_STEP,
  )
  return last === undefined ? undefined : { level: last.data.reference ?? null }
}
