import type { OrganisationId } from '../domain/ids.ts'
import { toIso } from '../domain/time.ts'
import { evidenceRecords } from './evidence.ts'
import { readAlarms, readJournal } from './queries.ts'
import { notFound } from './refusals.ts'
import { atSource, withNames } from './why-more.ts'
import type { AlarmParts } from './take.ts'
import type { WhyView } from './views.ts'

/** Rows of the journal that explain how it is now. */
const RECENT = 50

/** Timers of one alarm in one answer; it has a handful. */
const MOST_TIMERS = 50

/** Everything that explains an alarm. Throws Problem not_found. */
export async function readWhy(
  parts: Pick<AlarmParts, 'database' | 'rules' | 'clock'>,
  organisation: OrganisationId,
  alarm: string,
): Promise<WhyView> {
  const [view] = await readAlarms(parts, organisation, { alarm })
  if (view === undefined) throw notFound(alarm)
  const query = parts.database.read(organisation)
  const raised = await query
    .selectFrom('alarm')
    .innerJoin('transition', 'transition.id', 'alarm.raised_by')
    .select(['transition.evidence', 'transition.rule_version', 'alarm.last_occurrence'])
    .where('alarm.id', '=', alarm)
    .executeTakeFirst()
  const timers = await query
    .selectFrom('alarm_timer')
    .select(['kind', 'ref', 'due'])
    .where('alarm', '=', alarm)
    .orderBy('due')
    .orderBy('id')
    .limit(MOST_TIMERS)
    .execute()
  return {
    alarm: view,
    ruleVersion: raised?.rule_version ?? null,
    evidence: await withNames(query, evidenceRecords(raised?.evidence ?? '[]')),
    timers: timers.map(({ kind, ref, due }) => ({ kind, ref, due: toIso(due) })),
    atSource: await atSource(query, raised?.last_occurrence ?? null),
    recent: [...(await readJournal(parts, organisation, alarm, RECENT))],
  }
}
