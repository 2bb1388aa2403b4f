import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Worker } from 'node:worker_threads'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { DatabaseBusyError } from '../../src/database/database.ts'
import { DatabaseLostError } from '../../src/database/errors.ts'
import { openSqliteDatabase } from '../../src/database/sqlite/open.ts'
import { SECOND, durationUs } from '../../src/domain/time.ts'
import { counter, setCounter } from '../contract/database.fixtures.ts'
import { addOrganisations, north } from '../support/database.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { temporaryFolder } from '../support/temporary.ts'

async function openFile(realTime = systemClock) {
  await using opening = new AsyncDisposableStack()
  const folder = opening.use(await temporaryFolder())
  const file = join(folder.path, 'test.sqlite')
  const workers: Worker[] = []
  const note = (worker: Worker) => workers.push(worker)
  process.on('worker', note)
  const database = opening.use(
    await openSqliteDatabase({ file, clock: systemClock, realTime }),
  )
  process.off('worker', note)
  await addOrganisations(database)
  const all = opening.move()
  const [writer, reader] = workers
  return { database, file, writer, reader, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

// Counts for a second or two inside one step, where SQLite cannot be interrupted.
const slow = sql<{ n: number }>`
  with recursive c(x) as (select 1 union all select x + 1 from c where x < 4000000)
  select count(*) as n from c`

describe('a query that runs too long', () => {
  it('is cut off, and the queries behind it are answered', async () => {
    const clock = createManualClock()
    await using open = await openFile(clock)
    const long = slow.execute(open.database.installation.query)
    const behind = counter(open.database, north, 'x')
    await expect.poll(() => clock.pending()).toBe(1)
    clock.advance(durationUs(5 * SECOND))
    await expect(long).rejects.toThrow(DatabaseBusyError)
    expect(await behind).toBeUndefined()
    expect(clock.pending()).toBe(0)
  })

  it('does not hold up writes', async () => {
    await using open = await openFile()
    const long = slow.execute(open.database.installation.query)
    let answered = false
    const noted = long.then(() => (answered = true))
    await open.database.write(north, 'alarm', (work) => setCounter(work, 'x', 1))
    expect(answered).toBe(false)
    await noted
  })
})

describe('a transaction that runs too long', () => {
  it('is rolled back, and the next one is let in', async () => {
    const clock = createManualClock()
    await using open = await openFile(clock)
    const begun = Promise.withResolvers<void>()
    const endless = open.database.write(north, 'normal', async (work) => {
      await setCounter(work, 'x', 1)
      begun.resolve()
      await new Promise(() => {})
    })
    const next = open.database.write(north, 'normal', (work) => setCounter(work, 'y', 2))
    await begun.promise
    clock.advance(durationUs(30 * SECOND))
    await expect(endless).rejects.toThrow(DatabaseBusyError)
    await next
    expect(await counter(open.database, north, 'x')).toBeUndefined()
    expect(await counter(open.database, north, 'y')).toBe(2)
  })
})

describe('a database worker that dies', () => {
  it('takes the writes with it that were not committed, and refuses those that come', async () => {
    await using open = await openFile()
    await open.database.write(north, 'normal', (work) => setCounter(work, 'kept', 1))
    const dying = open.database.write(north, 'normal', async (work) => {
      await setCounter(work, 'lost', 1)
      await open.writer?.terminate()
      await setCounter(work, 'lost', 2)
    })
    await expect(dying).rejects.toThrow(DatabaseLostError)
    const later = open.database.write(north, 'alarm', (work) => setCounter(work, 'x', 1))
    await expect(later).rejects.toThrow('the database writer has stopped')
    // Reading goes on, and finds what was committed.
    expect(await counter(open.database, north, 'kept')).toBe(1)
    expect(await counter(open.database, north, 'lost')).toBeUndefined()
  })

  it('rejects the query it was answering', async () => {
    await using open = await openFile()
    const reading = slow
      .execute(open.database.installation.query)
      .catch((error: unknown) => error)
    await open.reader?.terminate()
    expect(await reading).toBeInstanceOf(DatabaseLostError)
    await expect(counter(open.database, north, 'x')).rejects.toThrow(DatabaseLostError)
  })
})

describe('the file', () => {
  it('is written so that a commit survives a power cut', async () => {
    await using open = await openFile()
    const settings = await open.database.installation.write('normal', async (query) => {
      const ask = async (name: string) => {
        const { rows } = await sql<
          Record<string, unknown>
        >`${sql.raw(`pragma ${name}`)}`.execute(query)
        return Object.values(rows[0] ?? {})[0]
      }
      return [
        await ask('journal_mode'),
        await ask('synchronous'),
        await ask('foreign_keys'),
      ]
    })
    expect(settings).toEqual(['wal', 2, 1])
  })

  it('cannot be changed by the reader, whatever it is asked', async () => {
    await using open = await openFile()
    const writing = sql`delete from organisation`.execute(open.database.installation.query)
    await expect(writing).rejects.toThrow('readonly')
  })

  it('is busy while another program writes for over 5 s', async () => {
    await using open = await openFile()
    using other = new DatabaseSync(open.file)
    other.exec('begin immediate')
    const writing = open.database.write(north, 'normal', (work) => setCounter(work, 'x', 1))
    await expect(writing).rejects.toThrow(DatabaseBusyError)
    other.exec('rollback')
    await open.database.write(north, 'normal', (work) => setCounter(work, 'x', 2))
    expect(await counter(open.database, north, 'x')).toBe(2)
  })

  it('in a folder that is not there is refused with what to do', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'missing', 'x.sqlite')
    const opening = openSqliteDatabase({ file, clock: systemClock })
    await expect(opening).rejects.toMatchObject({
      details: {
        kind: 'unavailable',
        where: file,
        next: expect.stringContaining('missing') as string,
      },
    })
  })

  it('that is no database is refused', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'x.sqlite')
    await writeFile(file, 'This is a letter, and no database. '.repeat(100))
    const opening = openSqliteDatabase({ file, clock: systemClock })
    await expect(opening).rejects.toMatchObject({
      details: { why: expect.stringContaining('not a database') as string },
    })
  })
})
