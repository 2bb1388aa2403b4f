import type { Insertable } from 'kysely'
import type { Database } from '../../src/database/database.ts'
import type { Tables } from '../../src/database/tables.ts'
import { plainCase, plainReport } from '../support/case-rows.ts'
import { north } from '../support/database.ts'

type CaseRow = Tables['case']
type ReportRow = Tables['report']
type EventRow = Insertable<Tables['case_event']>

/** A case that was opened at the beginning of time, as its table has it. */
export function caseOf(row: Partial<CaseRow> & { readonly id: string }): CaseRow {
  return plainCase({
    number: `N-${row.id}`,
    state: row.closed_at === undefined || row.closed_at === null ? 'received' : 'closed',
    category: 'lamp',
    join_class: 'light_out',
    ...row,
  })
}

export function reportOf(
  row: Partial<ReportRow> & { readonly id: string; readonly case: string },
): ReportRow {
  return plainReport({ category: 'lamp', ...row })
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
