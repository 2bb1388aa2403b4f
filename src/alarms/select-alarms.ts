import type { ScopedQueries } from '../database/database.ts'
import type { AlarmFilter } from './alarms.ts'
import type { DisplayState } from './state.ts'

/** Alarms in one answer. */
const LONGEST_LIST = 500

/** The rows of one alarm, or of those that a filter lets through, in the order people see them. */
export function selectAlarms(
  query: ScopedQueries,
  which: AlarmFilter | { readonly alarm: string },
) {
  const all = selected(query)
  if ('alarm' in which) return all.where('alarm.id', '=', which.alarm).execute()
  return filtered(all, which)
    .orderBy((eb) => eb.case().when('alarm.occurrence', 'is', null).then(1).else(0).end())
    .orderBy('alarm.priority')
    .orderBy('alarm.acknowledged')
    .orderBy((eb) => eb.fn.coalesce('alarm.raised_at', 'alarm.last_change_at'), 'desc')
    .orderBy('alarm.id')
    .limit(Math.min(Math.max(Math.trunc(which.limit), 1), LONGEST_LIST))
    .execute()
}

type Selected = ReturnType<typeof selected>

function filtered(all: Selected, filter: AlarmFilter): Selected {
  const { asset, rule, priority, shelved, state } = filter
  let some = ofStanding(all, filter.which)
  if (state !== undefined) some = inState(some, state)
  if (shelved !== undefined) some = some.where('alarm.shelved', '=', shelved ? 1 : 0)
  if (priority !== undefined) some = some.where('alarm.priority', '=', priority)
  if (rule !== undefined) some = some.where('alarm.rule', '=', rule)
  if (asset !== undefined) some = some.where('alarm.asset', '=', asset)
  return some
}

function ofStanding(all: Selected, which: AlarmFilter['which']): Selected {
  if (which === 'all') return all
  if (which === 'suppressed') return all.where('alarm.suppressed', '=', 1)
  // What stands in old data only has reached nobody, and an import shall not fill the list.
  return all
    .where('alarm.occurrence', 'is not', null)
    .where('alarm.reached', '=', 1)
    .where('alarm.suppressed', '=', 0)
}

function inState(some: Selected, state: DisplayState): Selected {
  if (state === 'normal') return some.where('alarm.occurrence', 'is', null)
  const [condition, acknowledged] = regionsOf[state]
  return some
    .where('alarm.occurrence', 'is not', null)
    .where('alarm.condition', '=', condition)
    .where('alarm.acknowledged', '=', acknowledged)
}

/** The columns behind what people are shown of an open alarm. */
const regionsOf: Readonly<
  Record<Exclude<DisplayState, 'normal'>, readonly ['normal' | 'active', 0 | 1]>
> = {
  unacknowledged: ['active', 0],
  acknowledged: ['active', 1],
  returned_unacknowledged: ['normal', 0],
  returned_acknowledged: ['normal', 1],
}

/** One query: each alarm brings the evidence of its raise, its last occurrence and its case. */
function selected(query: ScopedQueries) {
  return joined(query)
    .select((eb) =>
      eb
        .selectFrom('case_asset')
        .select(({ fn }) => fn.countAll().as('count'))
        .whereRef('case_asset.organisation', '=', 'occurrence.organisation')
        .whereRef('case_asset.case', '=', 'occurrence.case')
        .as('case_assets'),
    )
    .select((eb) =>
      eb
        .selectFrom('alarm_suppression')
        .select(({ fn }) => fn.countAll().as('count'))
        .whereRef('alarm_suppression.organisation', '=', 'alarm.organisation')
        .where('alarm_suppression.kind', '=', 'topology')
        .whereRef('alarm_suppression.ref', '=', 'alarm.id')
        .as('explained'),
    )
    .select([
      'alarm.id',
      'alarm.discriminator',
      'alarm.rule',
      'alarm.asset',
      'alarm.priority',
      'alarm.condition',
      'alarm.acknowledged',
      'alarm.latched',
      'alarm.level',
      'alarm.suppressed',
      'alarm.occurrence',
      'alarm.evidence_state',
      'alarm.raise',
      'alarm.raised_at',
      'asset.name as asset_name',
      'asset.type as asset_type',
      'raised.evidence',
      'occurrence.cleared_at',
      'occurrence.closed_at',
      'occurrence.acknowledged_at',
      'occurrence.acknowledged_by',
      'occurrence.confirmed_at',
      'occurrence.confirmed_by',
      'occurrence.chattering',
      'occurrence.corrected',
      'occurrence.late',
      'occurrence.activations',
      'occurrence.reopen_count',
      'occurrence.case as case_id',
      'case.number as case_number',
    ])
}

function joined(query: ScopedQueries) {
  return query
    .selectFrom('alarm')
    .leftJoin('transition as raised', (join) =>
      join
        .onRef('raised.organisation', '=', 'alarm.organisation')
        .onRef('raised.id', '=', 'alarm.raised_by'),
    )
    .leftJoin('occurrence', (join) =>
      join
        .onRef('occurrence.organisation', '=', 'alarm.organisation')
        .onRef('occurrence.id', '=', 'alarm.last_occurrence'),
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
