import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { DatabaseBusyError, type Database } from '../../src/database/database.ts'
import { DatabaseLostError } from '../../src/database/errors.ts'
import { openPostgresDatabase } from '../../src/database/postgres/open.ts'
import { systemRandom } from '../../src/random.ts'
import { counter, setCounter } from '../contract/database.fixtures.ts'
import { addOrganisations, north } from '../support/database.ts'
import { findOwnPostgres, type OwnPostgresServer } from '../support/postgres.ts'
import { describeWithService } from '../support/services.ts'

const open = (url: string) =>
  openPostgresDatabase({ url, clock: systemClock, random: systemRandom })

const hangUpOthers = `select count(pg_terminate_backend(pid)) from pg_stat_activity
  where pid <> pg_backend_pid() and application_name like 'gatuvakt%'`

/** Reads a counter and writes one more. */
const add = (to: Database, name: string) =>
  to.write(north, 'normal', async (work) => {
    const row = await work.query
      .selectFrom('counter')
      .select('value')
      .where('name', '=', name)
      .executeTakeFirst()
    await setCounter(work, name, (row?.value ?? 0) + 1)
  })

const tell = (to: Database) =>
  to.write(north, 'normal', (work) => {
    work.tell({ kind: 'case', subject: 'news' })
    return Promise.resolve()
  })

describeWithService('postgres', await findOwnPostgres(), (start) => {
  let server: OwnPostgresServer
  let url: string
  let database: Database
  beforeAll(async () => {
    server = await start()
    url = await server.createDatabase()
    database = await open(url)
    await addOrganisations(database)
  })
  afterAll(async () => {
    await database[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  describe('two programs in one another’s way', () => {
    it('both succeed, because the loser runs again and tells the feed once', async () => {
      await using other = await open(url)
      let runs = 0
      await database.write(north, 'normal', async (work) => {
        runs += 1
        work.tell({ kind: 'case', subject: 'told once' })
        const seen = await work.query.selectFrom('counter').selectAll().execute()
        if (runs === 1) await add(other, 'both')
        await setCounter(work, 'both', 10 + seen.length)
      })
      expect(runs).toBe(2)
      expect(await counter(database, north, 'both')).toBe(11)
      const told = await database
        .read(north)
        .selectFrom('feed')
        .select('number')
        .where('subject', '=', 'told once')
        .execute()
      expect(told).toEqual([{ number: 1 }])
    })

    it('give up after ten tries', async () => {
      await using other = await open(url)
      let runs = 0
      const unlucky = database.write(north, 'normal', async (work) => {
        runs += 1
        const seen = await work.query.selectFrom('counter').selectAll().execute()
        await add(other, 'unlucky')
        await setCounter(work, 'unlucky', seen.length)
      })
      await expect(unlucky).rejects.toThrow(DatabaseBusyError)
      expect(runs).toBe(10)
    })
  })

  describe('a connection that breaks', () => {
    it('while nobody uses it, is replaced', async () => {
      await counter(database, north, 'x')
      await server.administer(hangUpOthers)
      expect(await counter(database, north, 'never set')).toBeUndefined()
      await add(database, 'after')
      expect(await counter(database, north, 'after')).toBe(1)
    })

    it('during a transaction, lets it run again from the start, once', async () => {
      let runs = 0
      const hangUp = sql`select pg_terminate_backend(pg_backend_pid())`
      await database.installation.write('normal', async (query) => {
        runs += 1
        if (runs === 1) await hangUp.execute(query)
        await query
          .insertInto('counter')
          .values({ organisation: north, name: 'again', value: runs })
          .execute()
      })
      expect(await counter(database, north, 'again')).toBe(2)
      const twice = database.installation.write('normal', (query) => hangUp.execute(query))
      await expect(twice).rejects.toThrow(DatabaseLostError)
    })

    it('during a commit, says that nobody knows, and does not run it again', async () => {
      const last = await server.createDatabase()
      await using breaking = await open(last)
      await addOrganisations(breaking)
      await breaking.installation.write('normal', async (query) => {
        await sql`create function hang_up() returns trigger language plpgsql as
          'begin perform pg_terminate_backend(pg_backend_pid()); return null; end'`.execute(
          query,
        )
        await sql`create constraint trigger late after insert on counter
          deferrable initially deferred for each row execute function hang_up()`.execute(
          query,
        )
      })
      let runs = 0
      const writing = breaking.write(north, 'normal', (work) => {
        runs += 1
        return setCounter(work, 'x', 1)
      })
      await expect(writing).rejects.toThrow('it may or may not be done')
      expect(runs).toBe(1)
    })
  })

  it('cuts a query off after 5 s', async () => {
    const sleeping = sql`select pg_sleep(20)`.execute(database.installation.query)
    await expect(sleeping).rejects.toThrow(DatabaseBusyError)
  })

  it('cannot be changed by a read, whatever it is asked', async () => {
    const writing = sql`delete from organisation`.execute(database.installation.query)
    await expect(writing).rejects.toThrow('read-only')
  })

  describe('a server that forgets what it confirmed', () => {
    it('by its own setting is refused', async () => {
      const forgetful = await server.createDatabase()
      const name = new URL(forgetful).pathname.slice(1)
      await server.administer(`alter database ${name} set synchronous_commit = off`)
      await expect(open(forgetful)).rejects.toMatchObject({
        details: { kind: 'unavailable', where: 'synchronous_commit' },
      })
    })

    it('by never writing to the disk is refused', async () => {
      const fsync = async () => (await server.administer('show fsync'))[0]?.['fsync']
      await server.administer('alter system set fsync = off')
      try {
        await server.administer('select pg_reload_conf()')
        await expect.poll(fsync).toBe('off')
        await expect(open(url)).rejects.toMatchObject({ details: { where: 'fsync' } })
      } finally {
        await server.administer('alter system reset fsync')
        await server.administer('select pg_reload_conf()')
      }
    })
  })

  it('that is not there is refused without showing the password', async () => {
    const opening = open('postgres://watch:secret@127.0.0.1:1/gatuvakt')
    await expect(opening).rejects.toMatchObject({
      details: {
        kind: 'unavailable',
        where: 'postgres://watch@127.0.0.1:1/gatuvakt',
        why: expect.stringContaining('ECONNREFUSED') as string,
      },
    })
  })

  describe('news between programs', () => {
    it('reach the other program, also after its connection broke', async () => {
      await using other = await open(url)
      const heard: string[] = []
      other.onFeed((organisation) => heard.push(organisation))
      await tell(database)
      await expect.poll(() => heard).toEqual([north])
      await server.administer(hangUpOthers)
      heard.length = 0
      // Back again, it says that something may have happened to everybody.
      await expect.poll(() => heard).toContain(north)
      heard.length = 0
      await tell(database)
      await expect.poll(() => heard).toEqual([north])
    })
  })
})
