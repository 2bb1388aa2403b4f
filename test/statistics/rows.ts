import type { Insertable } from 'kysely'
import type { Database } from '../../src/database/database.ts'
import type { Tables } from '../../src/database/tables.ts'
import { timeUs } from '../../src/domain/time.ts'
import { north } from '../support/database.ts'

type CaseRow = Insertable<Tables['case']>
type ReportRow = Insertable<Tables['report']>
type EventRow = Insertable<Tables['case_event']>

/** A case that was opened at the beginning of time, as its table has it. */
export function caseOf(row: Partial<CaseRow> & { readonly id: string }): CaseRow {
  return {
    organisation: north,
    number: `N-${row.id}`,
    kind: 'single',
    state: row.closed_at === undefined || row.closed_at === null ? 'received' : 'closed',
    closing_reason: null,
    closing_text: null,
    category: 'lamp',
    join_class: 'light_out',
    asset: null,
    lat: null,
    lon: null,
    unit: null,
    verify: 0,
    version: 1,
    opened_at: timeUs(0),
    changed_at: timeUs(0),
    closed_at: null,
    recurrence_of: null,
    search: '',
    matter: 'fault',
    priority: 'normal',
    assignee: null,
    contractor: null,
    root: row.id,
    prior_state: null,
    address: null,
    private: 0,
    border: 0,
    planned_for: null,
    answer_by: null,
    forwarded_to: null,
    forwarded_reference: null,
    policy: null,
    due_at: null,
    ...row,
  }
}

export function reportOf(
  row: Partial<ReportRow> & { readonly id: string; readonly case: string },
): ReportRow {
  return {
    organisation: north,
    source: 'web',
    category: 'lamp',
    asset: null,
    lat: null,
    lon: null,
    occurrence: null,
    language: 'sv',
    received_at: timeUs(0),
    count: 1,
    idempotency_key: null,
    source_detail: null,
    matter: 'fault',
    answers: '{}',
    address: null,
    ...row,
  }
}

export function eventOf(
  row: Pick<EventRow, 'case' | 'sequence' | 'kind' | 'at'> & Partial<EventRow>,
): EventRow {
  return {
    organisation: north,
    id: `${row.case}-${row.sequence}`,
    actor: 'system',
    visibility: 'public',
    data: '{}',
    ...row,
  }
}

/** Puts rows where the service would have put them. */
export async function plant(
  database: Database,
  rows: {
    readonly cases?: readonly CaseRow[]
    readonly reports?: readonly ReportRow[]
    readonly events?: readonly EventRow[]
  },
): Promise<void> {
  await database.write(north, 'normal', async (work) => {
    for (const row of rows.cases ?? []) {
      await work.query.insertInto('case').values(row).execute()
    }
    for (const row of rows.reports ?? []) {
      await work.query.insertInto('report').values(row).execute()
    }
    for (const row of rows.events ?? []) {
      await work.query.insertInto('case_event').values(row).execute()
    }
  })
}
