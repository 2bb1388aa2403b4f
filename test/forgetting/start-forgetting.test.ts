import type { KyselyPlugin } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { enqueue } from '../../src/delivery/enqueue.ts'
import { DELIVERIES_KNOWN, oldDeliveries } from '../../src/delivery/forget-deliveries.ts'
import { LETTERS_KNOWN, oldLetters } from '../../src/delivery/forget-letters.ts'
import { PAGE_ROWS } from '../../src/forgetting/forget-pages.ts'
import { startForgetting } from '../../src/forgetting/start-forgetting.ts'
import { durationUs, earlier, HOUR } from '../../src/domain/time.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { north, south } from '../support/database.ts'
import { until } from '../support/until.ts'
import { openFixture, type Fixture } from '../delivery/fixture.ts'

/** What one hour asked of the database. */
interface Work {
  /** Rows of each page. */
  readonly pages: number[]
  /** Rows that went in each transaction. */
  readonly gone: number[]
}

/** The same database, counting. */
function counted(database: Database, work: Work, between: () => void): Database {
  const pages: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: ({ result }) => {
      work.pages.push(result.rows.length)
      return Promise.resolve(result)
    },
  }
  return {
    ...database,
    read: (organisation) => database.read(organisation).withPlugin(pages),
    write: async (...asked) => {
      between()
      const done = await database.write(...asked)
      work.gone.push(Number(done))
      return done
    },
  }
}

/** Rows that were delivered long ago, each with its window. */
async function put(
  { database, clock }: Fixture,
  organisation: OrganisationId,
  count: number,
): Promise<void> {
  const old = earlier(clock.now(), durationUs(LETTERS_KNOWN + DELIVERIES_KNOWN))
  for (let from = 0; from < count; from += PAGE_ROWS) {
    const ids = Array.from(
      { length: Math.min(PAGE_ROWS, count - from) },
      (_, at) => `row-${String(from + at).padStart(6, '0')}`,
    )
    await database.write(organisation, 'normal', async (work) => {
      const rows = ids.map((id) => ({ id, kind: 'greeting', payload: {}, dueAt: old }))
      await enqueue(work, ...rows)
      await work.query
        .insertInto('letter_window')
        .values(
          ids.map((id) => ({
            organisation,
            id,
            receiver: id,
            case: 'c',
            from_sequence: 1,
            opened_at: old,
          })),
        )
        .execute()
      await work.query.updateTable('outbox').set({ delivered_at: old }).execute()
    })
  }
}

async function rows({ database }: Fixture): Promise<number> {
  let count = 0
  for (const organisation of [north, south])
    for (const table of ['outbox', 'letter_window'] as const) {
      const query = database.read(organisation)
      count += (await query.selectFrom(table).select('id').execute()).length
    }
  return count
}

const tables = [oldLetters, oldDeliveries]

it('takes an hour for so many pages and no more, and goes on where it stopped', async () => {
  await using fixture = await openFixture()
  const { clock } = fixture
  await put(fixture, north, 3_400)
  await put(fixture, south, 1_200)
  const work: Work = { pages: [], gone: [] }
  const failures: unknown[] = []
  const pagesAnHour = 3
  await using _ = startForgetting({
    database: counted(fixture.database, work, () => undefined),
    clock,
    organisations: () => Promise.resolve([north, south]),
    tables,
    pagesAnHour,
    failed: (error) => failures.push(error),
  })
  const hours: Work[] = []
  for (let hour = 0; hour < 25; hour += 1) {
    clock.advance(HOUR)
    await until(() => clock.pending() > 0)
    hours.push({ pages: work.pages.splice(0), gone: work.gone.splice(0) })
  }
  for (const { pages, gone } of hours) {
    expect(pages.length).toBeLessThanOrEqual(pagesAnHour)
    expect(gone.length).toBeLessThanOrEqual(pages.length)
    for (const count of [...pages, ...gone]) expect(count).toBeLessThanOrEqual(PAGE_ROWS)
  }
  // Four pages of each table of north, two of south: four hours, then nothing for a day.
  expect(hours.map(({ pages }) => pages.length).join('')).toBe(`3333${'0'.repeat(20)}3`)
  const gone = hours.flatMap((hour) => hour.gone).reduce((sum, one) => sum + one, 0)
  expect(gone).toBe(2 * (3_400 + 1_200))
  expect(await rows(fixture)).toBe(0)
  expect(hours.at(-1)).toEqual({ pages: [0, 0, 0], gone: [] })
  expect(failures).toEqual([])
})

it('lets whoever writes meanwhile in after each page', async () => {
  await using fixture = await openFixture()
  const { clock, database } = fixture
  await put(fixture, north, 3_000)
  const order: string[] = []
  const reports: Promise<void>[] = []
  const report = async () => {
    await database.write(north, 'normal', async ({ query }) => {
      await query.selectFrom('case').select('id').execute()
    })
    order.push('report')
  }
  const forgetting = () => {
    order.push('forgets')
    reports.push(report())
  }
  await using _ = startForgetting({
    database: counted(database, { pages: [], gone: [] }, forgetting),
    clock,
    organisations: () => Promise.resolve([north]),
    tables: [oldLetters],
    failed: (error) => {
      throw error
    },
  })
  clock.advance(HOUR)
  await until(() => clock.pending() > 0)
  await Promise.all(reports)
  expect(order).toEqual(['forgets', 'report', 'forgets', 'report', 'forgets', 'report'])
})

it('leaves a table that fails until the next round, and goes on with the others', async () => {
  await using fixture = await openFixture()
  const { clock, database } = fixture
  await put(fixture, north, 10)
  const failures: unknown[] = []
  await using _ = startForgetting({
    database,
    clock,
    organisations: () => Promise.resolve([north]),
    tables: [
      () => ({
        page: () => Promise.reject(new Error('busy')),
        forget: () => Promise.resolve(0),
      }),
      ...tables,
    ],
    failed: (error) => failures.push(error),
  })
  clock.advance(HOUR)
  await until(() => clock.pending() > 0)
  expect(failures).toMatchObject([{ message: 'busy' }])
  expect(await rows(fixture)).toBe(0)
})
