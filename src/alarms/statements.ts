import type { UnitOfWork } from '../database/database.ts'
import type { LoadedAlarm } from './records.ts'
import { reasonOf } from './rows.ts'
import type { AlarmRow, OccurrenceRow, SuppressionRow, TransitionRow } from './rows.ts'
import type { TimerRow } from './timers.ts'

/** The SQL of a transaction on alarms: each statement once for the whole batch. */

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
  if (alarms.length === 0) return []
  const lasts = alarms.flatMap(({ last_occurrence: last }) => last ?? [])
  const occurrences =
    lasts.length === 0
      ? []
      : await query.selectFrom('occurrence').selectAll().where('id', 'in', lasts).execute()
  const numbers = await query
    .selectFrom('transition')
    .select(({ fn }) => ['alarm', fn.max('sequence').as('last')])
    .where('alarm', 'in', ids)
    .groupBy('alarm')
    .execute()
  const reasons = await loadSuppression(
    query,
    alarms.flatMap(({ id, suppressed }) => (suppressed === 1 ? id : [])),
  )
  const occurrenceOf = new Map(occurrences.map((row) => [row.alarm, row]))
  const numberOf = new Map(numbers.map(({ alarm, last }) => [alarm, last]))
  return alarms.map((alarm) => ({
    alarm,
    last: occurrenceOf.get(alarm.id),
    suppression: (reasons.get(alarm.id) ?? []).map((row) => reasonOf(row)),
    sequence: numberOf.get(alarm.id) ?? 0,
  }))
}

/** The reasons of these alarms, the oldest first. */
export async function loadSuppression(
  query: UnitOfWork['query'],
  alarms: readonly string[],
): Promise<ReadonlyMap<string, readonly SuppressionRow[]>> {
  if (alarms.length === 0) return new Map()
  const rows = await query
    .selectFrom('alarm_suppression')
    .selectAll()
    .where('alarm', 'in', alarms)
    .orderBy('since')
    .orderBy('kind')
    .orderBy('ref')
    .execute()
  return Map.groupBy(rows, ({ alarm }) => alarm)
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
        fault_class: eb.ref('excluded.fault_class'),
        condition: eb.ref('excluded.condition'),
        evidence_state: eb.ref('excluded.evidence_state'),
        level: eb.ref('excluded.level'),
        current: eb.ref('excluded.current'),
        told: eb.ref('excluded.told'),
        reached: eb.ref('excluded.reached'),
        acknowledged: eb.ref('excluded.acknowledged'),
        confirmed: eb.ref('excluded.confirmed'),
        latched: eb.ref('excluded.latched'),
        came_back: eb.ref('excluded.came_back'),
        re_alarms: eb.ref('excluded.re_alarms'),
        chattering: eb.ref('excluded.chattering'),
        activations: eb.ref('excluded.activations'),
        suppressed: eb.ref('excluded.suppressed'),
        shelved: eb.ref('excluded.shelved'),
        occurrence: eb.ref('excluded.occurrence'),
        last_occurrence: eb.ref('excluded.last_occurrence'),
        raise: eb.ref('excluded.raise'),
        raised_at: eb.ref('excluded.raised_at'),
        raised_by: eb.ref('excluded.raised_by'),
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
        confirmed_at: eb.ref('excluded.confirmed_at'),
        confirmed_by: eb.ref('excluded.confirmed_by'),
        reset_at: eb.ref('excluded.reset_at'),
        reset_by: eb.ref('excluded.reset_by'),
        cleared_at: eb.ref('excluded.cleared_at'),
        closed_at: eb.ref('excluded.closed_at'),
        close_reason: eb.ref('excluded.close_reason'),
        case: eb.ref('excluded.case'),
        reopen_count: eb.ref('excluded.reopen_count'),
        activations: eb.ref('excluded.activations'),
        annunciations: eb.ref('excluded.annunciations'),
        level: eb.ref('excluded.level'),
        chattering: eb.ref('excluded.chattering'),
        corrected: eb.ref('excluded.corrected'),
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

/** Reasons that came and reasons that went; what went goes one statement for each cause. */
export async function saveSuppression(
  { query }: UnitOfWork,
  came: readonly SuppressionRow[],
  went: readonly Pick<SuppressionRow, 'alarm' | 'kind' | 'ref'>[],
): Promise<void> {
  const causes = Map.groupBy(went, ({ kind, ref }) => `${kind} ${ref}`)
  for (const rows of causes.values()) {
    const [first] = rows
    if (first === undefined) continue
    await query
      .deleteFrom('alarm_suppression')
      .where('kind', '=', first.kind)
      .where('ref', '=', first.ref)
      .where(
        'alarm',
        'in',
        rows.map(({ alarm }) => alarm),
      )
      .execute()
  }
  if (came.length > 0) await query.insertInto('alarm_suppression').values(came).execute()
}

export async function saveTimers(
  { query }: UnitOfWork,
  set: readonly TimerRow[],
  forget: readonly string[],
): Promise<void> {
  if (forget.length > 0) {
    await query.deleteFrom('alarm_timer').where('id', 'in', forget).execute()
  }
  if (set.length === 0) return
  await query
    .insertInto('alarm_timer')
    .values(set)
    .onConflict((conflict) =>
      conflict
        .columns(['organisation', 'id'])
        .doUpdateSet((eb) => ({ due: eb.ref('excluded.due'), failures: 0 })),
    )
    .execute()
}
