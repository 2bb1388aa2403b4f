import type { Database, UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { PersonalData } from './personal-data.ts'

/** Rows in one transaction. */
const pageSize = 200

/** In the table `installation`: rows were sealed, and the file they stood in was not written anew yet. */
const key = 'privacy.freed_pages'

/**
 * Seals what is still plain, and then has the file written anew (`rewrite`) in which it stood. That the
 * second is owed is in the database before the first begins, so whoever is killed between the two does
 * it with the next start.
 */
export async function sealForGood(
  database: Database,
  {
    personal,
    organisations,
    rewrite,
  }: {
    readonly personal: PersonalData
    readonly organisations: readonly OrganisationId[]
    /** `forgetFreedPages`; left out where the file is another's business. */
    readonly rewrite?: () => void
  },
): Promise<void> {
  const { installation } = database
  if (await hasPlainRows(database)) {
    await installation.write('normal', (query) =>
      query
        .insertInto('installation')
        .values({ key, value: 'owed' })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .execute(),
    )
    await sealPlainRows(database, personal, organisations)
  }
  const owed = await installation.query
    .selectFrom('installation')
    .select('key')
    .where('key', '=', key)
    .executeTakeFirst()
  if (owed === undefined) return
  rewrite?.()
  await installation.write('normal', (query) =>
    query.deleteFrom('installation').where('key', '=', key).execute(),
  )
}

async function hasPlainRows({ installation }: Database): Promise<boolean> {
  const row = await installation.query
    .selectFrom('report_person')
    .select('report')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Moves what earlier versions kept in plain columns (`report_person`) under the keys of its cases, and
 * deletes it there. A page a transaction: killed anywhere, it goes on at the next start. Returns how
 * many rows there were; afterwards the file still needs `forgetFreedPages`: see `sealForGood`.
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
