import type { Announcement } from '../../src/alarms/alarms.ts'
import type { Database } from '../../src/database/database.ts'
import { timeUs, type TimeUs } from '../../src/domain/time.ts'
import { north } from '../support/database.ts'

type Query = ReturnType<Database['read']>

/** The rows of an alarm that the life-cycle would have written. */
export async function putAlarm(
  query: Query,
  { kind, alarm, occurrence, asset: on, priority, at }: Announcement,
): Promise<void> {
  await query
    .insertInto('alarm')
    .values(alarmRow(alarm, { asset: on, priority, at }))
    .onConflict((conflict) =>
      conflict.columns(['organisation', 'id']).doUpdateSet({ priority }),
    )
    .execute()
  const ended = kind === 'cleared' || kind === 'closed' ? { cleared_at: at } : {}
  await query
    .insertInto('occurrence')
    .values({ ...occurrenceRow(occurrence, alarm, at), ...ended })
    .onConflict((conflict) =>
      conflict
        .columns(['organisation', 'id'])
        .doUpdateSet(kind === 'raised' ? { cleared_at: null } : { alarm, ...ended }),
    )
    .execute()
}

function alarmRow(
  id: string,
  { asset: on, priority, at }: { asset: string; priority: number; at: TimeUs },
) {
  return {
    organisation: north,
    id,
    rule: 'pump-stopped',
    asset: on,
    discriminator: id,
    priority,
    condition: 'active' as const,
    evidence_state: 'good' as const,
    acknowledged: 0,
    occurrence: null,
    raise: 1,
    last_change_at: at,
    last_position: '',
    fault_class: 'pump_stopped',
    level: 1,
    confirmed: 0,
    latched: 0,
    current: 1,
    told: 1,
    reached: 1,
    came_back: 0,
    re_alarms: 0,
    chattering: 0,
    activations: '[]',
    suppressed: 0,
    shelved: 0,
    raised_at: at,
    raised_by: null,
    last_occurrence: null,
  }
}

function occurrenceRow(id: string, alarm: string, at: TimeUs) {
  return {
    organisation: north,
    id,
    alarm,
    raised_at: at,
    annunciated_at: timeUs(at),
    acknowledged_at: null,
    acknowledged_by: null,
    cleared_at: null,
    closed_at: null,
    close_reason: null,
    historical: 0,
    rule_version: 1,
    case: null,
    outcome: null,
    confirmed_at: null,
    confirmed_by: null,
    reset_at: null,
    reset_by: null,
    reopen_count: 0,
    activations: 1,
    annunciations: 1,
    level: 1,
    chattering: 0,
    corrected: 0,
    late: 0,
  }
}
