import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { ConstraintError, DatabaseLostError } from '../../src/database/errors.ts'
import { Problem } from '../../src/domain/problem.ts'
import { addOrganisations, north, south } from '../support/database.ts'
import {
  caseRow,
  counter,
  noon,
  setCounter,
  type Store,
  type Stores,
} from './database.fixtures.ts'

/**
 * What every kind of database promises; `databaseAgreement`, `databaseRaces`
 * and `databaseScope` are its other parts.
 */
export function databaseContract(stores: Stores): void {
  transactions(stores)
  feed(stores)
  opening(stores)
}

/** A database with the two organisations; what it returns closes and removes everything. */
export async function openFilled(
  stores: Stores,
): Promise<{ readonly store: Store; readonly database: Database } & AsyncDisposable> {
  await using opening = new AsyncDisposableStack()
  const store = opening.use(await stores.create())
  const database = opening.use(await store.open())
  await addOrganisations(database)
  const all = opening.move()
  return { store, database, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

function transactions(stores: Stores): void {
  describe('a transaction', () => {
    it('keeps what it wrote, and times to the microsecond', async () => {
      await using open = await openFilled(stores)
      await open.database.write(north, 'normal', async ({ query }) => {
        await query.insertInto('case').values(caseRow(north, '1')).execute()
      })
      const row = await open.database
        .read(north)
        .selectFrom('case')
        .selectAll()
        .executeTakeFirstOrThrow()
      expect(row).toEqual(caseRow(north, '1'))
      expect(row.changed_at).toBe(noon)
    })

    it('leaves nothing when its body throws, and rejects with what was thrown', async () => {
      await using open = await openFilled(stores)
      const refusal = new Problem({ kind: 'conflict', what: 'The case is closed.' })
      const writing = open.database.write(north, 'normal', async (work) => {
        await setCounter(work, 'cases', 1)
        work.tell({ kind: 'case', subject: '1' })
        throw refusal
      })
      await expect(writing).rejects.toBe(refusal)
      expect(await counter(open.database, north, 'cases')).toBeUndefined()
      const rows = await open.database.read(north).selectFrom('feed').selectAll().execute()
      expect(rows).toEqual([])
    })

    it('is spoilt by a query that failed, also when the body goes on', async () => {
      await using open = await openFilled(stores)
      const caught: unknown[] = []
      const writing = open.database.write(north, 'normal', async (work) => {
        await setCounter(work, 'before', 1)
        await work.query
          .insertInto('counter')
          .values({ organisation: north, name: 'before', value: 2 })
          .execute()
          .catch((error: unknown) => caught.push(error))
      })
      await expect(writing).rejects.toMatchObject({ constraint: 'unique' })
      expect(caught[0]).toBeInstanceOf(ConstraintError)
      expect(await counter(open.database, north, 'before')).toBeUndefined()
    })

    it('sees what it wrote itself, while a reader does not yet', async () => {
      await using open = await openFilled(stores)
      await open.database.write(north, 'normal', async (work) => {
        await setCounter(work, 'seen', 7)
        const own = await work.query.selectFrom('counter').select('value').execute()
        expect(own).toEqual([{ value: 7 }])
        expect(await counter(open.database, north, 'seen')).toBeUndefined()
      })
      expect(await counter(open.database, north, 'seen')).toBe(7)
    })

    it('takes no query after it has ended', async () => {
      await using open = await openFilled(stores)
      const query = await open.database.write(north, 'normal', (work) =>
        Promise.resolve({ late: work.query }),
      )
      const late = query.late.selectFrom('alarm').selectAll().execute()
      await expect(late).rejects.toThrow('already ended')
    })

    it('works across organisations only for the installation', async () => {
      await using open = await openFilled(stores)
      await open.database.installation.write('normal', async (query) => {
        await query
          .insertInto('counter')
          .values([
            { organisation: north, name: 'a', value: 1 },
            { organisation: south, name: 'a', value: 2 },
          ])
          .execute()
      })
      const rows = await open.database.installation.query
        .selectFrom('counter')
        .select('value')
        .orderBy('value')
        .execute()
      expect(rows).toEqual([{ value: 1 }, { value: 2 }])
    })
  })
}

function feed(stores: Stores): void {
  describe('the feed', () => {
    it('numbers what transactions tell, for each organisation from 1 on', async () => {
      await using open = await openFilled(stores)
      const heard: string[] = []
      const stop = open.database.onFeed((organisation) => heard.push(organisation))
      for (const organisation of [north, south, north]) {
        await open.database.write(organisation, 'alarm', (work) => {
          work.tell({ kind: 'alarm', subject: 'a' })
          work.tell({ kind: 'case', subject: 'b' })
          return Promise.resolve()
        })
      }
      // News may travel through the server.
      await expect.poll(() => heard).toEqual([north, south, north])
      stop()
      await open.database.write(south, 'normal', (work) => {
        work.tell({ kind: 'configuration', subject: 'c' })
        return Promise.resolve()
      })
      const rows = await open.database
        .read(north)
        .selectFrom('feed')
        .select(['number', 'kind', 'subject'])
        .orderBy('number')
        .execute()
      expect(rows.map((row) => `${row.number} ${row.kind} ${row.subject}`)).toEqual([
        '1 alarm a',
        '2 case b',
        '3 alarm a',
        '4 case b',
      ])
      expect(heard).toEqual([north, south, north])
    })

    it('is not told of a transaction that said nothing', async () => {
      await using open = await openFilled(stores)
      const heard: string[] = []
      open.database.onFeed((organisation) => heard.push(organisation))
      await open.database.write(north, 'normal', (work) => setCounter(work, 'x', 1))
      await open.database.write(south, 'normal', (work) => {
        work.tell({ kind: 'case', subject: 'later' })
        return Promise.resolve()
      })
      await expect.poll(() => heard).toEqual([south])
    })

    it('of an organisation that does not exist is refused as not found', async () => {
      await using open = await openFilled(stores)
      const nobody = 'nobody' as typeof north
      const writing = open.database.write(nobody, 'normal', (work) => {
        work.tell({ kind: 'case', subject: '1' })
        return Promise.resolve()
      })
      await expect(writing).rejects.toMatchObject({ details: { kind: 'not_found' } })
    })
  })
}

function opening(stores: Stores): void {
  describe('opening', () => {
    it('twice at once makes the tables once', async () => {
      await using store = await stores.createEmpty()
      const [one, two] = await Promise.all([store.open(), store.open()])
      await addOrganisations(one)
      const rows = await two.read(south).selectFrom('organisation').select('name').execute()
      expect(rows).toEqual([{ name: 'south' }])
      const done = await sql<{ name: string }>`select name from kysely_migration`.execute(
        one.installation.query,
      )
      const names = done.rows.map(({ name }) => name)
      expect(names[0]).toBe('001-first-tables')
      expect(new Set(names).size).toBe(names.length)
      await Promise.all([one[Symbol.asyncDispose](), two[Symbol.asyncDispose]()])
    })

    it('again finds everything that was written', async () => {
      await using open = await openFilled(stores)
      await open.database.write(north, 'normal', async (work) => {
        await setCounter(work, 'kept', 42)
        work.tell({ kind: 'case', subject: '1' })
      })
      await open.database[Symbol.asyncDispose]()
      await using again = await open.store.open()
      expect(await counter(again, north, 'kept')).toBe(42)
      await again.write(north, 'normal', (work) => {
        work.tell({ kind: 'case', subject: '2' })
        return Promise.resolve()
      })
      const rows = await again.read(north).selectFrom('feed').select('number').execute()
      expect(rows).toEqual([{ number: 1 }, { number: 2 }])
    })

    it('refuses a database that a newer program made', async () => {
      await using open = await openFilled(stores)
      await open.database.installation.write('normal', async (query) => {
        await sql`insert into kysely_migration values ('999-future', '2030-01-01')`.execute(
          query,
        )
      })
      await expect(open.store.open()).rejects.toMatchObject({
        details: { kind: 'conflict', why: expect.stringContaining('999-future') as string },
      })
    })

    it('is undone by closing: nothing is taken any more', async () => {
      await using open = await openFilled(stores)
      await open.database[Symbol.asyncDispose]()
      const read = counter(open.database, north, 'x')
      await expect(read).rejects.toThrow(DatabaseLostError)
      const write = open.database.write(north, 'alarm', (work) => setCounter(work, 'x', 1))
      await expect(write).rejects.toThrow(DatabaseLostError)
    })
  })
}
