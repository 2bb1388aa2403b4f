import fc from 'fast-check'
import { expect, describe, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import type { Tables } from '../../src/database/tables.ts'
import { Problem } from '../../src/domain/problem.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { north, south } from '../support/database.ts'
import { openFilled } from './database.contract.ts'
import { alarmRow, caseRow, noon, occurrenceRow, type Stores } from './database.fixtures.ts'
import { changePlan, readPlan, runChange, runRead } from './database-plans.ts'

/** Queries tried on each kind of database. */
const reads = 150
const changes = 40

/** What an organisation sees and may do: its own rows, as if there were no others. */
export function databaseScope(stores: Stores): void {
  describe('an organisation', () => {
    it('finds by every query what it would find if it were alone', async () => {
      await using shared = await openFilled(stores)
      await using alone = await openFilled(stores)
      await fill(shared.database, [north, south])
      await fill(alone.database, [north])
      await fc.assert(
        fc.asyncProperty(readPlan, async (plan) => {
          const seen = await runRead(shared.database.read(north), plan)
          expect(seen).toEqual(await runRead(alone.database.read(north), plan))
        }),
        { numRuns: reads },
      )
    })

    it('changes by every query what it would change if it were alone, and nothing else', async () => {
      await using shared = await openFilled(stores)
      await using alone = await openFilled(stores)
      await fill(shared.database, [north, south])
      await fill(alone.database, [north])
      const before = await everything(shared.database, south)
      await fc.assert(
        fc.asyncProperty(changePlan, async (plan) => {
          const results: unknown[] = []
          for (const { database } of [shared, alone]) {
            results.push(await tryChange(database, plan))
          }
          expect(results[0]).toEqual(results[1])
          expect(await everything(shared.database, south)).toEqual(before)
        }),
        { numRuns: changes },
      )
    })

    it('cannot take over a row through a key that all organisations share', async () => {
      await using open = await openFilled(stores)
      const enrol = (organisation: OrganisationId) =>
        open.database.write(organisation, 'normal', ({ query }) =>
          query
            .insertInto('device_credential')
            .values(credential(organisation))
            .onConflict((conflict) =>
              conflict
                .column('username')
                .where('revoked_at', 'is', null)
                .doUpdateSet({ secret_hash: 'taken over' }),
            )
            .returning('secret_hash')
            .execute(),
        )
      expect(await enrol(south)).toEqual([{ secret_hash: 'south' }])
      expect(await enrol(north)).toEqual([])
      const rows = await everything(open.database, south)
      expect(rows.credentials).toEqual([credential(south)])
    })

    it('reads at most 100,000 rows at once', async () => {
      await using open = await openFilled(stores)
      await open.database.write(north, 'normal', async ({ query }) => {
        const rows = Array.from({ length: 317 }, (_, index) => ({
          organisation: north,
          name: `${index}`,
          value: index,
        }))
        await query.insertInto('counter').values(rows).execute()
      })
      const pairs = open.database
        .read(north)
        .selectFrom(['counter as a', 'counter as b'])
        .select('a.value')
      await expect(pairs.execute()).rejects.toThrow(Problem)
      expect(await pairs.limit(100_000).execute()).toHaveLength(100_000)
    })

    it('does not write where it only reads', async () => {
      await using open = await openFilled(stores)
      const writing = open.database.read(north).deleteFrom('counter').execute()
      await expect(writing).rejects.toThrow('Database.write')
    })
  })
}

/** Rows under the same ids for each organisation; the south has twice as many. */
async function fill(
  database: Database,
  organisations: readonly OrganisationId[],
): Promise<void> {
  for (const organisation of organisations) {
    await database.write(organisation, 'normal', async ({ query }) => {
      const count = organisation === north ? 3 : 6
      const ids = Array.from({ length: count }, (_, index) => `${index}`)
      await query
        .insertInto('alarm')
        .values(ids.map((id) => alarmRow(organisation, id)))
        .execute()
      await query
        .insertInto('occurrence')
        .values(ids.map((id) => ({ ...occurrenceRow(organisation, id, id), case: id })))
        .execute()
      await query
        .insertInto('case')
        .values(ids.map((id) => caseRow(organisation, id)))
        .execute()
      // Everybody counts what only the south has: the wrong lamp would be found.
      const names = ['0', '1', '2', '3', '4', '5']
      await query
        .insertInto('counter')
        .values(names.map((name, index) => ({ organisation, name, value: index })))
        .execute()
    })
  }
}

class Undo extends Error {
  readonly result: unknown
  constructor(result: unknown) {
    super('undo')
    this.result = result
  }
}

/** What the change brought and left behind for its organisation; it is rolled back afterwards. */
async function tryChange(
  database: Database,
  plan: Parameters<typeof runChange>[1],
): Promise<unknown> {
  try {
    await database.write(north, 'normal', async ({ query }) => {
      const result = await runChange(query, plan)
      const left = await query.selectFrom('counter').selectAll().orderBy('name').execute()
      throw new Undo({ result, left })
    })
  } catch (error) {
    if (error instanceof Undo) return error.result
    throw error
  }
  throw new Error('the change was kept')
}

/** All rows of an organisation that changes could touch, seen from outside. */
async function everything(database: Database, organisation: OrganisationId) {
  const all = database.installation.query
  const counters = await all
    .selectFrom('counter')
    .selectAll()
    .where('organisation', '=', organisation)
    .orderBy('name')
    .execute()
  const credentials = await all
    .selectFrom('device_credential')
    .selectAll()
    .where('organisation', '=', organisation)
    .execute()
  return { counters, credentials }
}

/** A log-in whose name is unique among all organisations. */
function credential(organisation: OrganisationId): Tables['device_credential'] {
  return {
    organisation,
    username: 'shared/lamp',
    device: 'lamp',
    class: 'device',
    secret_hash: organisation,
    created_at: noon,
    revoked_at: null,
  }
}
