import type { Database, UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { PersonalData } from './personal-data.ts'

/** Rows in one transaction. */
const pageSize = 200

/**
 * Moves what earlier versions kept in plain columns (`report_person`) under the keys of its cases, and
 * deletes it there. A page a transaction: killed anywhere, it goes on at the next start. Returns how
 * many rows there were; afterwards the file still needs `forgetFreedPages`.
 */
export async function sealPlainRows(
  database: Database,
  personal: PersonalData,
  organisations: readonly OrganisationId[],
): Promise<number> {
  let sealed = 0
  for (const organisation of organisations) {
    for (;;) {
      const done = await database.write(organisation, 'normal', (work) =>
        sealPage(work, personal),
      )
      sealed += done
      if (done < pageSize) break
    }
  }
  return sealed
}

async function sealPage(work: UnitOfWork, personal: PersonalData): Promise<number> {
  const { query } = work
  const rows = await query
    .selectFrom('report_person')
    .innerJoin('report', 'report.id', 'report_person.report')
    .select(['report.id', 'report.case', 'report_person.erased_at'])
    .select(['report_person.name', 'report_person.email', 'report_person.phone'])
    .select('report_person.text')
    .orderBy('report.id')
    .limit(pageSize)
    .execute()
  for (const { id, case: caseId, erased_at, ...person } of rows) {
    await personal.keep(work, { id, case: caseId, person })
    if (erased_at !== null) await personal.erase(work, { id })
  }
  if (rows.length > 0) {
    const ids = rows.map(({ id }) => id)
    await query.deleteFrom('report_person').where('report', 'in', ids).execute()
  }
  return rows.length
}
