import { z } from 'zod'
import type { ScopedQueries } from '../database/database.ts'
import { timeUs, type TimeUs } from '../domain/time.ts'
import { suppressionView } from './views.ts'

/** An alarm that stood, as people knew it at a time. */
export interface AlarmThen {
  readonly alarm: string
  /** A word of `standingOf`: `unacknowledged`, `returned_acknowledged`, … */
  readonly state: string
  /** When this raise began. */
  readonly raisedAt: TimeUs
  /** When people were told of this raise last; null: nobody was. */
  readonly toldAt: TimeUs | null
  /** What kept it from people then; empty: nothing did. */
  readonly keptBy: readonly ReasonThen[]
}

/** A reason as the journal has it. */
export type ReasonThen = z.infer<typeof reasonsThen>[number]

const reasonsThen = z.array(
  z.object({
    kind: suppressionView.shape.kind,
    ref: z.string(),
    until: z
      .int()
      .transform((time) => timeUs(time))
      .optional(),
    by: z.string(),
    reason: z.string(),
  }),
)

/**
 * How an alarm stood at a time of the service, from its journal: what came later changes nothing.
 * Undefined: it did not stand, or nobody ever heard of it.
 */
export async function alarmThen(
  query: ScopedQueries,
  alarm: string,
  at: TimeUs,
): Promise<AlarmThen | undefined> {
  const last = await query
    .selectFrom('transition')
    .select(['sequence', 'raise', 'to_state', 'suppression'])
    .where('alarm', '=', alarm)
    .where('processed_at', '<=', at)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (last === undefined || last.to_state === 'normal') return undefined
  const ofRaise = query
    .selectFrom('transition')
    .where('alarm', '=', alarm)
    .where('raise', '=', last.raise)
    .where('sequence', '<=', last.sequence)
  const raised = await ofRaise
    .select('at')
    .orderBy('sequence')
    .limit(1)
    .executeTakeFirstOrThrow()
  const told = await ofRaise
    .select('processed_at')
    .where('annunciated', '=', 1)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst()
  return {
    alarm,
    state: last.to_state,
    raisedAt: raised.at,
    toldAt: told?.processed_at ?? null,
    keptBy: reasonsThen.parse(JSON.parse(last.suppression)),
  }
}
