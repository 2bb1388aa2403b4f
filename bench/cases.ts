import { join } from 'node:path'
import { systemClock } from '../src/clock.ts'
import type { Database } from '../src/database/database.ts'
import { openPostgresDatabase } from '../src/database/postgres/open.ts'
import { openSqliteDatabase } from '../src/database/sqlite/open.ts'
import { timeUs } from '../src/domain/time.ts'
import { systemRandom } from '../src/random.ts'
import { findPostgres } from '../test/support/postgres.ts'
import { temporaryFolder } from '../test/support/temporary.ts'
import { measureIntake } from './case-intake.ts'
import { listP95Ms } from './case-list.ts'
import {
  caseRow,
  ORGANISATIONS,
  organisationName,
  reportRow,
  type Row,
  shares,
} from './load/case-town.ts'
import { type Fill, fillPostgres, fillSqlite } from './load/fill.ts'
import type { BenchResult, Check } from './result.ts'

const CASES = 3_000_000

/**
 * The list of cases as a person with one unit sees it, among three million cases of 170
 * organisations, on both databases; and a storm of citizens' reports with an alarm in the middle.
 */
export async function run(): Promise<BenchResult> {
  const sqlite = await onSqlite()
  const postgres = await onPostgres()
  const intake = await measureIntake()
  const times = { 'listP95Ms.sqlite': sqlite, 'listP95Ms.postgres': postgres }
  const known = Object.entries(times).flatMap(([name, time]) =>
    time === undefined ? [] : [[name, time] as const],
  )
  return {
    bench: 'cases',
    figures: {
      ...Object.fromEntries(known),
      reportsAccepted: intake.accepted,
      reportsRefused: intake.refused,
      reportsLost: intake.lost,
      reportP99Ms: intake.reportP99Ms,
      photoP99Ms: intake.photoP99Ms,
      alarmLatencyRatio: intake.alarmLatencyRatio,
      quietAlarmMs: intake.quietAlarmMs,
    },
    checks: [
      ...known.map(([name, measured]): Check => ({
        name: `ms, ${name}`,
        most: 200,
        measured,
      })),
      { name: 'reports lost', most: 0, measured: intake.lost },
      { name: 'reports refused', most: 0, measured: intake.refused },
      {
        name: 'ms p99 to the number of a report',
        most: 1_000,
        measured: intake.reportP99Ms,
      },
      {
        name: 'times the quiet latency of an alarm',
        most: 1.2,
        measured: intake.alarmLatencyRatio,
      },
    ],
  }
}

async function onSqlite(): Promise<number> {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'cases.sqlite')
  const open = (): Promise<Database> => openSqliteDatabase({ file, clock: systemClock })
  await addOrganisations(await open())
  {
    using fill = fillSqlite(file)
    await fillTowns(fill)
  }
  await using database = await open()
  return await listP95Ms(database)
}

/** Undefined where there is no server. */
async function onPostgres(): Promise<number | undefined> {
  const found = await findPostgres()
  if (found.kind === 'missing') return undefined
  await using server = await found.start()
  const url = await server.createDatabase()
  const open = (): Promise<Database> =>
    openPostgresDatabase({ url, clock: systemClock, random: systemRandom })
  await addOrganisations(await open())
  {
    await using fill = await fillPostgres(url)
    await fillTowns(fill)
  }
  await using database = await open()
  return await listP95Ms(database)
}

/** Closes the database: the rows come past it. */
async function addOrganisations(database: Database): Promise<void> {
  await using open = database
  const rows = Array.from({ length: ORGANISATIONS }, (_, index) => ({
    organisation: organisationName(index),
    name: organisationName(index),
    timezone: 'Europe/Stockholm',
    languages: '["sv"]',
    created_at: timeUs(0),
  }))
  await open.installation.write('normal', async (query) => {
    await query.insertInto('organisation').values(rows).execute()
  })
}

async function fillTowns(fill: Fill): Promise<void> {
  await fill('case', rowsOf(caseRow))
  await fill('report', rowsOf(reportRow))
}

function* rowsOf(
  row: (organisation: string, index: number, count: number) => Row,
): Generator<Row> {
  for (const [town, count] of shares(CASES).entries()) {
    const organisation = organisationName(town)
    for (let index = 0; index < count; index += 1) yield row(organisation, index, count)
  }
}
