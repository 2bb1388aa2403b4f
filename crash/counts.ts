import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Counted } from './oracle.ts'
import { organisation, watched } from './town.ts'

/** Alarms and cases, read from the file itself and not through the service. */
export function countAlarms(data: string): Counted {
  using database = open(data)
  const rules = Object.values(watched).map(({ rule }) => rule)
  const transitions = database.prepare(
    `select alarm.asset as asset, count(*) as count from transition
     join alarm on alarm.organisation = transition.organisation and alarm.id = transition.alarm
     where alarm.organisation = ? and transition.event = ? and alarm.rule in (?, ?)
     group by alarm.asset`,
  )
  const cases = database.prepare(
    `select asset, count(*) as count from "case"
     where organisation = ? and asset is not null group by asset`,
  )
  return {
    raised: byAsset(transitions.all(organisation, 'raised', ...rules)),
    cleared: byAsset(transitions.all(organisation, 'cleared', ...rules)),
    cases: byAsset(cases.all(organisation)),
  }
}

export interface Mails {
  /** Reports of citizens in the database. */
  readonly reports: number
  /** Rows of the outbox, and those of them that were delivered. */
  readonly rows: number
  readonly delivered: number
  /** Letters in the folder. */
  readonly letters: number
}

export function countMails(data: string): Mails {
  using database = open(data)
  const row = database
    .prepare(
      `select (select count(*) from report where source <> 'alarm') as reports,
       count(*) as "rows", count(delivered_at) as delivered from outbox`,
    )
    .get()
  const letters = readdirSync(join(data, 'mail')).filter((name) => name.endsWith('.eml'))
  return {
    reports: Number(row?.['reports']),
    rows: Number(row?.['rows']),
    delivered: Number(row?.['delivered']),
    letters: letters.length,
  }
}

function open(data: string): DatabaseSync {
  return new DatabaseSync(join(data, 'gatuvakt.sqlite'), { readOnly: true, timeout: 5_000 })
}

function byAsset(rows: readonly Record<string, unknown>[]): ReadonlyMap<string, number> {
  return new Map(rows.map(({ asset, count }) => [String(asset), Number(count)]))
}
