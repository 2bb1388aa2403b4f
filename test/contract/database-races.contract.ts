import { describe, expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { isUniqueViolation } from '../../src/database/errors.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { north, south } from '../support/database.ts'
import { openFilled } from './database.contract.ts'
import {
  alarmRow,
  caseRow,
  counter,
  occurrenceRow,
  setCounter,
  type Stores,
} from './database.fixtures.ts'

/** What holds when many want the same thing at once. */
export function databaseRaces(stores: Stores): void {
  describe('at the same time', () => {
    it('50 writes that count up give 50', async () => {
      await using open = await openFilled(stores)
      await Promise.all(Array.from({ length: 50 }, () => countUp(open.database)))
      expect(await counter(open.database, north, 'n')).toBe(50)
    })

    it('50 writes from two programs give 50, with 50 consecutive feed numbers', async () => {
      await using open = await openFilled(stores)
      await using other = await open.store.open()
      const half = Array.from({ length: 25 })
      const both = half.flatMap(() => [countUp(open.database), countUp(other)])
      await Promise.all(both)
      expect(await counter(open.database, north, 'n')).toBe(50)
      expect(await feedNumbers(other, north)).toEqual(upTo(50))
    })

    it('20 raises of one alarm open one occurrence', async () => {
      await using open = await openFilled(stores)
      await open.database.write(north, 'normal', async ({ query }) => {
        await query.insertInto('alarm').values(alarmRow(north, '1')).execute()
      })
      const won = await race((id) =>
        open.database.write(north, 'alarm', async ({ query }) => {
          await query
            .insertInto('occurrence')
            .values(occurrenceRow(north, id, '1'))
            .execute()
        }),
      )
      expect(won).toBe(1)
    })

    it('20 reports of one dark lamp open one case', async () => {
      await using open = await openFilled(stores)
      const won = await race((id) =>
        open.database.write(north, 'normal', async ({ query }) => {
          await query
            .insertInto('case')
            .values({ ...caseRow(north, id), asset: 'lamp-17' })
            .execute()
        }),
      )
      expect(won).toBe(1)
    })

    it('whoever looks first and then inserts finds what the other inserted', async () => {
      await using open = await openFilled(stores)
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () =>
          open.database.write(north, 'normal', async ({ query, organisation }) => {
            const found = await query
              .selectFrom('counter')
              .select('value')
              .where('name', '=', 'once')
              .executeTakeFirst()
            if (found !== undefined) return 'found'
            await query
              .insertInto('counter')
              .values({ organisation, name: 'once', value: 1 })
              .execute()
            return 'inserted'
          }),
        ),
      )
      expect(outcomes.filter((outcome) => outcome === 'inserted')).toHaveLength(1)
    })

    it('feed numbers of two organisations have no gap at any moment', async () => {
      await using open = await openFilled(stores)
      const writing = Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          open.database.write(index % 2 === 0 ? north : south, 'normal', async (work) => {
            await setCounter(work, `c${index}`, index)
            for (let told = 0; told <= index % 3; told += 1) {
              work.tell({ kind: 'case', subject: `${index}` })
            }
          }),
        ),
      )
      const ended = writing.then(() => 'ended' as const)
      do {
        for (const organisation of [north, south]) {
          const numbers = await feedNumbers(open.database, organisation)
          expect(numbers).toEqual(upTo(numbers.length))
        }
      } while ((await Promise.race([ended, Promise.resolve('running')])) !== 'ended')
      const [north1, south1] = [
        await feedNumbers(open.database, north),
        await feedNumbers(open.database, south),
      ]
      expect(north1).toEqual(upTo(north1.length))
      expect(north1.length + south1.length).toBe(34 + 33 * 2 + 33 * 3)
    })

    it('an alarm goes before everything that waits', async () => {
      await using open = await openFilled(stores)
      const gate = Promise.withResolvers<void>()
      const order: string[] = []
      const note = (name: string) => () => {
        order.push(name)
        return Promise.resolve()
      }
      const { database } = open
      const first = database.write(north, 'normal', () => gate.promise)
      const waiting = [
        database.write(north, 'normal', note('report 1')),
        database.write(north, 'normal', note('report 2')),
        database.write(north, 'alarm', note('alarm 1')),
        database.write(north, 'alarm', note('alarm 2')),
      ]
      gate.resolve()
      await Promise.all([first, ...waiting])
      expect(order).toEqual(['alarm 1', 'alarm 2', 'report 1', 'report 2'])
    })

    it('what the losers of a race told is not heard', async () => {
      await using open = await openFilled(stores)
      const won = await race((id) =>
        open.database.write(north, 'normal', async (work) => {
          work.tell({ kind: 'case', subject: id })
          await work.query
            .insertInto('counter')
            .values({ organisation: north, name: 'one', value: 1 })
            .execute()
        }),
      )
      expect(won).toBe(1)
      expect(await feedNumbers(open.database, north)).toEqual([1])
    })
  })
}

async function countUp(database: Database): Promise<void> {
  await database.write(north, 'normal', async (work) => {
    const row = await work.query
      .selectFrom('counter')
      .select('value')
      .where('name', '=', 'n')
      .executeTakeFirst()
    const value = (row?.value ?? 0) + 1
    await setCounter(work, 'n', value)
    work.tell({ kind: 'case', subject: `${value}` })
  })
}

/** How many of 20 contenders win; the others must lose to the unique key and to nothing else. */
async function race(contend: (id: string) => Promise<void>): Promise<number> {
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) => contend(`${index}`)),
  )
  const lost = results.filter((result) => result.status === 'rejected')
  for (const { reason } of lost) expect(isUniqueViolation(reason), `${reason}`).toBe(true)
  return results.length - lost.length
}

async function feedNumbers(
  database: Database,
  organisation: OrganisationId,
): Promise<number[]> {
  const rows = await database
    .read(organisation)
    .selectFrom('feed')
    .select('number')
    .orderBy('number')
    .execute()
  return rows.map((row) => row.number)
}

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1)
}
