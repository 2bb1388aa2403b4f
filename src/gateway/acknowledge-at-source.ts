import type { ActiveConfiguration } from '../configuration/active.ts'
import { isSourceRule } from '../configuration/source-alarms.ts'
import type { UnitOfWork } from '../database/database.ts'
import type { TimeUs } from '../domain/time.ts'

/** Before the id of a device, where the journal names who did something. */
export const deviceActor = 'device:'

/** What happened to an alarm, as far as its source may have to know. */
export interface AlarmNews {
  /** Only `acknowledged` matters here. */
  readonly kind: string
  readonly alarm: string
  readonly occurrence: string
  /** Id of the row in the journal. */
  readonly transition: string
  /** When the service took it in. */
  readonly now: TimeUs
}

/**
 * Notes down, in the transaction of the acknowledgement, that the source of the alarm must be told; the
 * gateway that has its connection does so. Nothing is noted for a rule of ours, for a source that cannot
 * be told, and for an acknowledgement that came from the source itself.
 */
export async function acknowledgeAtSource(
  { query, organisation }: UnitOfWork,
  { kind, alarm, occurrence, transition, now }: AlarmNews,
  { sourceAlarms }: Pick<ActiveConfiguration, 'sourceAlarms'>,
): Promise<void> {
  if (kind !== 'acknowledged' || sourceAlarms.size === 0) return
  const found = await query
    .selectFrom('alarm')
    .select(['rule', 'asset'])
    .where('id', '=', alarm)
    .executeTakeFirst()
  if (found === undefined || !isSourceRule(found.rule)) return
  const sources = sourceAlarms.get(`${found.rule} ${found.asset}`) ?? []
  const told = sources.filter(({ acknowledges }) => acknowledges)
  if (told.length === 0) return
  const by = await query
    .selectFrom('transition')
    .select('actor')
    .where('id', '=', transition)
    .executeTakeFirst()
  const rows = told
    .filter(({ device }) => by?.actor !== `${deviceActor}${device}`)
    .map(({ device, key }) => ({
      organisation,
      id: transition,
      device,
      point: key,
      occurrence,
      requested_at: now,
      due_at: now,
      tries: 0,
      done_at: null,
      error: null,
    }))
  if (rows.length === 0) return
  await query.insertInto('source_acknowledgement').values(rows).execute()
}
