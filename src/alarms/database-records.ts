import { z } from 'zod'
import type { ScopedQueries, UnitOfWork } from '../database/database.ts'
import { timeUs } from '../domain/time.ts'
import { noFlood, type FloodState } from './flood.ts'
import type { AlarmRecords, RecordChanges } from './records.ts'
import { activeAmong, activeOf, standingAlarm, standingAt } from './read-standing.ts'
import {
  loadAlarms,
  saveAlarms,
  saveOccurrences,
  saveSuppression,
  saveTimers,
  saveTransitions,
} from './statements.ts'
import { assetsIn, runningWindows, scopeOf, type WindowRow } from './windows.ts'

/** The records of one organisation in its tables, inside one transaction. */
export function recordsIn(work: UnitOfWork): AlarmRecords {
  const { organisation, query } = work
  return {
    organisation,
    load: (alarms) => loadAlarms(work, alarms),
    save: (changes) => save(work, changes),
    tell: (alarms) => {
      for (const subject of alarms) work.tell({ kind: 'alarm', subject })
    },
    having: async ({ kind, ref }, atMost) => {
      const rows = await query
        .selectFrom('alarm_suppression')
        .select('alarm')
        .where('kind', '=', kind)
        .where('ref', '=', ref)
        .orderBy('alarm')
        .limit(atMost)
        .execute()
      return rows.map(({ alarm }) => alarm)
    },
    impliedPairs: (alarms) => impliedPairs(query, alarms),
    standingAt: (assets, more) => standingAt(query, assets, more),
    activeOf: (rules, without) => activeOf(query, rules, without),
    activeAmong: (alarms) => activeAmong(query, alarms),
    standing: (alarm) => standingAlarm(query, alarm),
    flood: (desk) => loadFlood(query, desk),
    saveFlood: (desk, state) => saveFlood(work, desk, state),
    runningWindows: (now) => runningWindows(query, now),
    window: (id) =>
      query
        .selectFrom('maintenance_window')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst(),
    touched: async (window, assets) => {
      const rows = await assetsIn(query, scopeOf(window))
        .where('asset.id', 'in', assets)
        .execute()
      return new Set(rows.map(({ id }) => id))
    },
    untoldOfWindow: (window, atMost) => untoldOfWindow(query, window, atMost),
  }
}

async function save(
  work: UnitOfWork,
  { alarms, occurrences, transitions, came, went, timers, forgotten }: RecordChanges,
): Promise<void> {
  await saveAlarms(work, alarms)
  await saveOccurrences(work, occurrences)
  await saveTransitions(work, transitions)
  await saveSuppression(work, came, went)
  await saveTimers(work, timers, forgotten)
}

async function impliedPairs(
  query: ScopedQueries,
  alarms: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await query
    .selectFrom('alarm_suppression')
    .select(['alarm', 'ref'])
    .where('kind', '=', 'design')
    .where('alarm', 'in', alarms)
    .execute()
  return new Set(rows.map(({ alarm, ref }) => `${alarm} ${ref}`))
}

const toldTimes = z.array(z.int().transform(timeUs)).max(1_000)

async function loadFlood(query: ScopedQueries, desk: string): Promise<FloodState> {
  const row = await query
    .selectFrom('flood')
    .select(['since', 'told'])
    .where('desk', '=', desk)
    .executeTakeFirst()
  if (row === undefined) return noFlood
  return { since: row.since ?? undefined, told: toldTimes.parse(JSON.parse(row.told)) }
}

async function saveFlood(
  { organisation, query }: UnitOfWork,
  desk: string,
  { since, told }: FloodState,
): Promise<void> {
  const state = { since: since ?? null, told: JSON.stringify(told) }
  await query
    .insertInto('flood')
    .values({ organisation, desk, ...state })
    .onConflict((conflict) => conflict.columns(['organisation', 'desk']).doUpdateSet(state))
    .execute()
}

async function untoldOfWindow(
  query: ScopedQueries,
  window: WindowRow,
  atMost: number,
): Promise<readonly string[]> {
  const rows = await query
    .selectFrom('alarm')
    .select('alarm.id')
    .where('alarm.occurrence', 'is not', null)
    .where('alarm.asset', 'in', assetsIn(query, scopeOf(window)))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('alarm_suppression')
            .select('alarm_suppression.alarm')
            .whereRef('alarm_suppression.alarm', '=', 'alarm.id')
            .where('alarm_suppression.kind', '=', 'maintenance')
            .where('alarm_suppression.ref', '=', window.id),
        ),
      ),
    )
    .orderBy('alarm.id')
    .limit(atMost)
    .execute()
  return rows.map(({ id }) => id)
}
