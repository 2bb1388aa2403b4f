import { describe, expect, it } from 'vitest'
import { north } from '../support/database.ts'
import { openFilled } from './database.contract.ts'
import { alarmRow, occurrenceRow, setCounter, type Stores } from './database.fixtures.ts'

/** Where databases like to differ: here they do not. */
export function databaseAgreement(stores: Stores): void {
  describe('the same SQL', () => {
    it('gives counts, sums and quotients as numbers', async () => {
      await using open = await openFilled(stores)
      await open.database.write(north, 'normal', async (work) => {
        await setCounter(work, 'a', 7)
        await setCounter(work, 'b', 8)
      })
      const row = await open.database
        .read(north)
        .selectFrom('counter')
        .select((eb) => [
          eb.fn.countAll<number>().as('count'),
          eb.fn.sum<number>('value').as('sum'),
          eb.fn.max(eb('value', '/', eb.val(2))).as('half'),
        ])
        .executeTakeFirst()
      expect(row).toEqual({ count: 2, sum: 15, half: 4 })
    })

    it('sorts by code points and tells capitals from small letters', async () => {
      await using open = await openFilled(stores)
      const names = ['b', 'B', 'a', 'å', 'A-1', 'Z']
      await open.database.write(north, 'normal', async (work) => {
        for (const name of names) await setCounter(work, name, 1)
      })
      const read = open.database.read(north).selectFrom('counter').select('name')
      const all = await read.orderBy('name').execute()
      expect(all.map((row) => row.name)).toEqual(names.toSorted())
      expect(await read.where('name', 'like', 'b%').execute()).toEqual([{ name: 'b' }])
    })

    it('finds and changes nothing where nothing is asked for, and everything outside of nothing', async () => {
      await using open = await openFilled(stores)
      await open.database.write(north, 'normal', (work) => setCounter(work, 'a', 1))
      const read = open.database.read(north).selectFrom('counter').select('name')
      expect(await read.where('name', 'in', []).execute()).toEqual([])
      expect(await read.where('name', 'not in', []).execute()).toEqual([{ name: 'a' }])
      const { numDeletedRows } = await open.database.write(north, 'normal', ({ query }) =>
        query.deleteFrom('counter').where('name', 'in', []).executeTakeFirstOrThrow(),
      )
      expect(numDeletedRows).toBe(0n)
    })

    it('counts the rows it changed', async () => {
      await using open = await openFilled(stores)
      const changed = await open.database.write(north, 'normal', async (work) => {
        for (const name of ['a', 'b', 'c']) await setCounter(work, name, 1)
        return work.query
          .updateTable('counter')
          .set({ value: 2 })
          .where('name', '<', 'c')
          .executeTakeFirst()
      })
      expect(changed.numUpdatedRows).toBe(2n)
    })

    it('issues point numbers once', async () => {
      await using open = await openFilled(stores)
      const issue = (device: string) =>
        open.database.write(north, 'normal', ({ query }) =>
          query
            .insertInto('point')
            .values({ organisation: north, device, key: 'power' })
            .returning('id')
            .executeTakeFirstOrThrow(),
        )
      const first = await issue('a')
      await open.database.write(north, 'normal', async ({ query }) => {
        await query.deleteFrom('point').execute()
      })
      const second = await issue('b')
      expect(second.id).toBeGreaterThan(first.id)
    })

    const broken = {
      unique: { ...alarmRow(north, '2'), asset: 'lamp-1' },
      check: { ...alarmRow(north, '2'), condition: 'half' as 'active' },
      not_null: { ...alarmRow(north, '2'), rule: null as unknown as string },
    }
    for (const [constraint, row] of Object.entries(broken)) {
      it(`refuses a row that breaks ${constraint}`, async () => {
        await using open = await openFilled(stores)
        const writing = open.database.write(north, 'normal', async ({ query }) => {
          await query.insertInto('alarm').values(alarmRow(north, '1')).execute()
          await query.insertInto('alarm').values(row).execute()
        })
        await expect(writing).rejects.toMatchObject({ constraint })
      })
    }

    it('lets a transaction write the parts before the whole, but not without it', async () => {
      await using open = await openFilled(stores)
      const write = (withAlarm: boolean) =>
        open.database.write(north, 'normal', async ({ query }) => {
          await query
            .insertInto('occurrence')
            .values(occurrenceRow(north, 'o', '1'))
            .execute()
          if (!withAlarm) return
          await query.insertInto('alarm').values(alarmRow(north, '1')).execute()
        })
      await expect(write(false)).rejects.toMatchObject({ constraint: 'foreign_key' })
      await write(true)
      const rows = await open.database
        .read(north)
        .selectFrom('occurrence')
        .select('id')
        .execute()
      expect(rows).toEqual([{ id: 'o' }])
    })
  })
}
