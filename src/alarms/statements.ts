import type { UnitOfWork } from '../database/database.ts'
import type { AlarmRow, OccurrenceRow, TransitionRow } from './rows.ts'

/** The SQL of a transaction on alarms: each statement once for the whole batch. */

export interface LoadedAlarm {
  readonly alarm: AlarmRow
  readonly occurrence: OccurrenceRow | undefined
  /** Number of the last row of its journal. */
  readonly sequence: number
}

/** Which of these transitions were taken in before. */
export async function knownTransitions(
  { query }: UnitOfWork,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await query
    .selectFrom('transition')
    .select('id')
    .where('id', 'in', ids)
    .execute()
  return new Set(rows.map(({ id }) => id))
}

export async function loadAlarms(
  { query }: UnitOfWork,
  ids: readonly string[],
): Promise<readonly LoadedAlarm[]> {
  if (ids.length === 0) return []
  const alarms = await query
    .selectFrom('alarm')
    .selectAll()
    .where('id', 'in', ids)
    .execute()
  const open = await query
    .selectFrom('occurrence')
    .selectAll()
    .where('alarm', 'in', ids)
    .where('closed_at', 'is', null)
    .execute()
  const numbers = await query
    .selectFrom('transition')
    .select(({ fn }) => ['alarm', fn.max('sequence').as('last')])
    .where('alarm', 'in', ids)
    .groupBy('alarm')
    .execute()
  const openOf = new Map(open.map((row) => [row.alarm, row]))
  const lastOf = new Map(numbers.map(({ alarm, last }) => [alarm, last]))
  return alarms.map((alarm) => ({
    alarm,
    occurrence: openOf.get(alarm.id),
    sequence: lastOf.get(alarm.id) ?? 0,
  }))
}

export async function saveAlarms(
  { query }: UnitOfWork,
  rows: readonly AlarmRow[],
): Promise<void> {
  if (rows.length === 0) return
  await query
    .insertInto('alarm')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['organisation', 'id']).doUpdateSet((eb) => ({
        priority: eb.ref('excluded.priority'),
        condition: eb.ref('excluded.condition'),
        evidence_state: eb.ref('excluded.evidence_state'),
        acknowledged: eb.ref('excluded.acknowledged'),
        occurrence: eb.ref('excluded.occurrence'),
        raise: eb.ref('excluded.raise'),
        last_change_at: eb.ref('excluded.last_change_at'),
        last_position: eb.ref('excluded.last_position'),
      })),
    )
    .execute()
}

/** In the order they happened: one is closed before the next of its alarm is opened. */
export async function saveOccurrences(
  { query }: UnitOfWork,
  rows: readonly OccurrenceRow[],
): Promise<void> {
  if (rows.length === 0) return
  await query
    .insertInto('occurrence')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['organisation', 'id']).doUpdateSet((eb) => ({
        annunciated_at: eb.ref('excluded.annunciated_at'),
        acknowledged_at: eb.ref('excluded.acknowledged_at'),
        acknowledged_by: eb.ref('excluded.acknowledged_by'),
        cleared_at: eb.ref('excluded.cleared_at'),
        closed_at: eb.ref('excluded.closed_at'),
        close_reason: eb.ref('excluded.close_reason'),
        case: eb.ref('excluded.case'),
      })),
    )
    .execute()
}

/** Appends to the journal. A row that is there already means that somebody else was at work: refused. */
export async function saveTransitions(
  { query }: UnitOfWork,
  rows: readonly TransitionRow[],
): Promise<void> {
  if (rows.length === 0) return
  const written = await query
    .insertInto('transition')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['organisation', 'id']).doNothing())
    .returning('id')
    .execute()
  if (written.length !== rows.length) {
    throw new Error('a transition was written twice in one transaction')
  }
}
