import type { Announcement } from '../../src/alarms/alarms.ts'
import type { Database } from '../../src/database/database.ts'
import { timeUs, type TimeUs } from '../../src/domain/time.ts'
import { plainAlarm, plainOccurrence } from '../support/alarm-rows.ts'

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
  return plainAlarm({
    id,
    rule: 'pump-stopped',
    asset: on,
    discriminator: id,
    priority,
    condition: 'active',
    acknowledged: 0,
    raise: 1,
    last_change_at: at,
    fault_class: 'pump_stopped',
    current: 1,
    told: 1,
    reached: 1,
    raised_at: at,
  })
}

function occurrenceRow(id: string, alarm: string, at: TimeUs) {
  return plainOccurrence({
    id,
    alarm,
    raised_at: at,
    annunciated_at: timeUs(at),
    annunciations: 1,
  })
}
