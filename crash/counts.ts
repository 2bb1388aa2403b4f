import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Counted } from './oracle.ts'
import type { SentRow, Stored } from './people-oracle.ts'
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

/** What became of the people's reports, and of what is sent because of them. */
export function readStored(data: string): Stored {
  using database = open(data)
  const told = new Map(
    database
      .prepare(
        `select json_extract(data, '$.report') as report, count(*) as count from case_event
         where kind in ('opened', 'report_joined') group by 1`,
      )
      .all()
      .map(({ report, count }) => [String(report), Number(count)]),
  )
  const photos = Map.groupBy(
    database.prepare('select id, report from photo where report is not null').all(),
    ({ report }) => String(report),
  )
  const reports = database.prepare(
    `select report.id, report.idempotency_key as key, "case".number, "case".root
     from report join "case" on "case".id = report."case" where report.source <> 'alarm'`,
  )
  const cases = database.prepare(
    `select "case".number, (select count(*) from case_event where case_event."case" = "case".id
     and case_event.kind = 'opened') as opened from "case"`,
  )
  const { count } = database.prepare('select count(*) as count from intake').get() ?? {}
  return {
    reports: reports.all().map(({ id, key, number, root }) => ({
      id: String(id),
      key: String(key),
      number: String(number),
      root: String(root),
      told: told.get(String(id)) ?? 0,
      photos: (photos.get(String(id)) ?? []).map((photo) => String(photo['id'])),
    })),
    cases: cases
      .all()
      .map(({ number, opened }) => ({ number: String(number), opened: Number(opened) })),
    waiting: Number(count),
    sent: sentRows(database),
    files: new Set(filesOf(data)),
  }
}

/** Everything in the outbox has been sent, and nothing waits to be placed. */
export function isQuiet({ waiting, sent }: Stored): boolean {
  return waiting === 0 && sent.every(({ isDelivered }) => isDelivered)
}

function sentRows(database: DatabaseSync): readonly SentRow[] {
  const rows = database.prepare(
    `select id, kind, attempts, delivered_at is not null as delivered,
     json_extract(payload, '$.report') as report, json_extract(payload, '$.event') as event
     from outbox`,
  )
  return rows.all().map(({ id, kind, attempts, delivered, report, event }) => ({
    id: String(id),
    kind: String(kind),
    tries: Number(attempts),
    isDelivered: delivered === 1,
    report: String(report),
    event: String(event),
  }))
}

/** Names of the files of photos. */
function filesOf(data: string): readonly string[] {
  try {
    return readdirSync(join(data, 'photos', organisation))
  } catch {
    // Nobody has sent a photo.
    return []
  }
}

function open(data: string): DatabaseSync {
  return new DatabaseSync(join(data, 'gatuvakt.sqlite'), { readOnly: true, timeout: 5_000 })
}

function byAsset(rows: readonly Record<string, unknown>[]): ReadonlyMap<string, number> {
  return new Map(rows.map(({ asset, count }) => [String(asset), Number(count)]))
}
