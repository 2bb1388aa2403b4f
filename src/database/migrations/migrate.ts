import { sql, type Kysely } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'
import { Problem } from '../../domain/problem.ts'
import { makeFirstTables } from './001-first-tables.ts'
import { makeQuarantine } from './002-quarantine.ts'
import { makeInbox } from './003-inbox.ts'
import { makeSourceTokens } from './004-source-tokens.ts'
import { makeAlarmLifeCycle } from './005-alarm-life-cycle.ts'
import { makeDetectorPages } from './006-detector-pages.ts'
import { makeAnnunciation } from './007-annunciation.ts'
import { makeRuleWork } from './008-rule-work.ts'
import { makeCaseAssets } from './009-case-assets.ts'
import { makeFloods } from './010-floods.ts'
import { makeSourceAcknowledgements } from './011-source-acknowledgements.ts'
import { makeCaseWork } from './012-case-work.ts'
import { makePersonalData } from './013-personal-data.ts'
import { makePhotosAndLetters } from './014-photos-and-letters.ts'
import { makeOpen311 } from './015-open311.ts'
import { makeAssignment } from './016-assignment.ts'
import { makeServiceLevels } from './017-service-levels.ts'
import { makeAlarmLatency } from './018-alarm-latency.ts'
import { makeFeedback } from './019-feedback.ts'
import { makeNotices } from './020-notices.ts'
import { makeLetterWindows } from './022-letters.ts'
import { makeWorkOrders } from './023-work-orders.ts'
import { makeForgetting } from './024-forgetting.ts'
import { makeIntake } from './021-intake.ts'
import { TableMaker } from './make-table.ts'

/** In order, for ever: an entry that has been released is never edited, only followed by another. */
const steps: Readonly<Record<string, (tables: TableMaker) => Promise<void>>> = {
  '001-first-tables': makeFirstTables,
  '002-quarantine': makeQuarantine,
  '003-inbox': makeInbox,
  '004-source-tokens': makeSourceTokens,
  '005-alarm-life-cycle': makeAlarmLifeCycle,
  '006-detector-pages': makeDetectorPages,
  '007-annunciation': makeAnnunciation,
  '008-rule-work': makeRuleWork,
  '009-case-assets': makeCaseAssets,
  '010-floods': makeFloods,
  '011-source-acknowledgements': makeSourceAcknowledgements,
  '012-case-work': makeCaseWork,
  '013-personal-data': makePersonalData,
  '014-photos-and-letters': makePhotosAndLetters,
  '015-open311': makeOpen311,
  '016-assignment': makeAssignment,
  '017-service-levels': makeServiceLevels,
  '018-alarm-latency': makeAlarmLatency,
  '019-feedback': makeFeedback,
  '020-notices': makeNotices,
  '021-intake': makeIntake,
  '022-letters': makeLetterWindows,
  '023-work-orders': makeWorkOrders,
  '024-forgetting': makeForgetting,
}

type Dialect = 'sqlite' | 'postgres'

/** A row where the migrator's journal is. */
const journalThere = {
  sqlite: sql`select name from sqlite_master where type = 'table' and name = 'kysely_migration'`,
  postgres: sql`select tablename from pg_tables where tablename = 'kysely_migration' and schemaname = any (current_schemas(false))`,
} as const

/**
 * Brings the schema up to this program's, all or nothing, behind the database's own lock: of two
 * programs that open at once one migrates and the other waits. Rejects with a `conflict` problem
 * when the database was made by a newer program.
 */
export async function migrate(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const done = await migrationsDone(db, dialect)
  refuseNewer(done)
  // As at nearly every start. The migrator would first read what every table looks like, twice.
  if (Object.keys(steps).every((name) => done.has(name))) return
  const migrations: Record<string, Migration> = Object.fromEntries(
    Object.entries(steps).map(([name, run]) => [
      name,
      {
        up: (inTransaction: Kysely<unknown>) => run(new TableMaker(inTransaction, dialect)),
      },
    ]),
  )
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations) },
  })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) {
    throw new Error('the tables could not be brought up to date; nothing was changed', {
      cause: error,
    })
  }
}

/** The names of the migrations that this database has seen: none where there are no tables yet. */
async function migrationsDone(
  db: Kysely<unknown>,
  dialect: Dialect,
): Promise<ReadonlySet<string>> {
  const there = await journalThere[dialect].execute(db)
  if (there.rows.length === 0) return new Set()
  const journal = db as Kysely<{ kysely_migration: { name: string } }>
  const done = await journal.selectFrom('kysely_migration').select('name').execute()
  return new Set(done.map(({ name }) => name))
}

function refuseNewer(done: ReadonlySet<string>): void {
  const unknown = [...done].filter((name) => !Object.hasOwn(steps, name))
  if (unknown.length === 0) return
  throw new Problem({
    kind: 'conflict',
    what: 'The database was made by a newer version of this program.',
    why: `It has changes that this program does not know: ${unknown.join(', ')}.`,
    next: 'Start the newer version again, or restore the copy that was taken before it.',
  })
}
