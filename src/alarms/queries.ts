import type { ScopedQueries } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { toIso, type TimeUs } from '../domain/time.ts'
import type { AlarmFilter, RuleFacts } from './alarms.ts'
import { becauseOf, evidenceRecords } from './evidence.ts'
import { displayState } from './life-cycle.ts'
import { unknownRule } from './rule-facts.ts'
import type { TakeParts } from './take.ts'
import type { AlarmView, TransitionView } from './views.ts'

/** Rows of one journal that are shown, the newest ones; the rest stays in the database. */
const LONGEST_JOURNAL = 1_000

/** Alarms in one answer. */
const LONGEST_LIST = 500

type Parts = Pick<TakeParts, 'database' | 'ruleFacts'>

/** Open ones first, then by priority, unacknowledged before acknowledged, the newest raise first. */
export async function readAlarms(
  { database, ruleFacts }: Parts,
  organisation: OrganisationId,
  which: AlarmFilter | { readonly alarm: string },
): Promise<readonly AlarmView[]> {
  const rows = await selectAlarms(database.read(organisation), which)
  const rules = new Map<string, RuleFacts>()
  for (const rule of new Set(rows.map(({ rule }) => rule))) {
    rules.set(rule, (await ruleFacts(organisation, rule)) ?? unknownRule(rule))
  }
  return rows.map((row) => viewOf(row, rules.get(row.rule) ?? unknownRule(row.rule)))
}

type Row = Awaited<ReturnType<typeof selectAlarms>>[number]

/** One query: the newest raise of each alarm brings its evidence, its occurrence and its case. */
function selectAlarms(
  query: ScopedQueries,
  which: AlarmFilter | { readonly alarm: string },
) {
  const all = joined(query).select([
    'alarm.id',
    'alarm.rule',
    'alarm.asset',
    'alarm.priority',
    'alarm.condition',
    'alarm.acknowledged',
    'alarm.occurrence',
    'alarm.evidence_state',
    'alarm.raise',
    'asset.name as asset_name',
    'asset.type as asset_type',
    'raised.at as raised_at',
    'raised.evidence',
    'occurrence.cleared_at',
    'occurrence.acknowledged_at',
    'occurrence.acknowledged_by',
    'occurrence.case as case_id',
    'case.number as case_number',
  ])
  if ('alarm' in which) return all.where('alarm.id', '=', which.alarm).execute()
  return (
    all
      // What stands in old data only has reached nobody, and an import shall not fill the list.
      .$if(which.which === 'open', (some) =>
        some
          .where('alarm.occurrence', 'is not', null)
          .where('occurrence.annunciated_at', 'is not', null),
      )
      .$if(which.asset !== undefined, (some) =>
        some.where('alarm.asset', '=', which.asset ?? ''),
      )
      .orderBy((eb) => eb.case().when('alarm.occurrence', 'is', null).then(1).else(0).end())
      .orderBy('alarm.priority')
      .orderBy('alarm.acknowledged')
      .orderBy((eb) => eb.fn.coalesce('raised.at', 'alarm.last_change_at'), 'desc')
      .orderBy('alarm.id')
      .limit(Math.min(Math.max(Math.trunc(which.limit), 1), LONGEST_LIST))
      .execute()
  )
}

function joined(query: ScopedQueries) {
  return query
    .selectFrom('alarm')
    .leftJoin('transition as raised', (join) =>
      join
        .onRef('raised.organisation', '=', 'alarm.organisation')
        .onRef('raised.alarm', '=', 'alarm.id')
        .on('raised.sequence', '=', (eb) =>
          eb
            .selectFrom('transition as other')
            .select((of) => of.fn.max('other.sequence').as('newest'))
            .whereRef('other.organisation', '=', 'alarm.organisation')
            .whereRef('other.alarm', '=', 'alarm.id')
            .where('other.event', 'in', ['raised', 'announced'])
            // A raise of what stands already is journaled too, and is not a new one.
            .where('other.from_state', 'in', ['normal', 'returned_unacknowledged'])
            .where('other.occurrence', 'is not', null),
        ),
    )
    .leftJoin('occurrence', (join) =>
      join
        .onRef('occurrence.organisation', '=', 'raised.organisation')
        .onRef('occurrence.id', '=', 'raised.occurrence'),
    )
    .leftJoin('case', (join) =>
      join
        .onRef('case.organisation', '=', 'occurrence.organisation')
        .onRef('case.id', '=', 'occurrence.case'),
    )
    .leftJoin('asset', (join) =>
      join
        .onRef('asset.organisation', '=', 'alarm.organisation')
        .onRef('asset.id', '=', 'alarm.asset'),
    )
}

function viewOf(row: Row, rule: RuleFacts): AlarmView {
  return {
    id: row.id,
    rule: { id: row.rule, name: { ...rule.name } },
    asset: { id: row.asset, name: row.asset_name ?? row.asset, type: row.asset_type ?? '' },
    priority: row.priority,
    state: displayState(row),
    evidence: row.evidence_state,
    raise: row.raise,
    raisedAt: isoOrNull(row.raised_at),
    clearedAt: isoOrNull(row.cleared_at),
    acknowledgedAt: isoOrNull(row.acknowledged_at),
    acknowledgedBy: row.acknowledged_by,
    case:
      row.case_id === null
        ? null
        : { id: row.case_id, number: row.case_number ?? row.case_id },
    because: becauseOf(row.evidence ?? '[]'),
  }
}

/** The newest rows of an alarm's journal, oldest first; empty when there is no such alarm. */
export async function readJournal(
  { database }: Parts,
  organisation: OrganisationId,
  alarm: string,
): Promise<readonly TransitionView[]> {
  const rows = await database
    .read(organisation)
    .selectFrom('transition')
    .selectAll()
    .where('alarm', '=', alarm)
    .orderBy('sequence', 'desc')
    .limit(LONGEST_JOURNAL)
    .execute()
  return rows.toReversed().map((row) => ({
    id: row.id,
    sequence: row.sequence,
    event: row.event,
    from: row.from_state,
    to: row.to_state,
    at: toIso(row.at),
    processedAt: toIso(row.processed_at),
    actor: row.actor,
    comment: row.comment,
    historical: row.historical === 1,
    evidence: evidenceRecords(row.evidence),
  }))
}

function isoOrNull(time: TimeUs | null): string | null {
  return time === null ? null : toIso(time)
}
