import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { durationUs, SECOND } from '../../src/domain/time.ts'
import type { RefusedReading } from '../../src/ingest/projector/poison.ts'
import {
  getQuarantined,
  listQuarantine,
  replayQuarantined,
  type Quarantined,
} from '../../src/ingest/quarantine.ts'
import { startCorruptKeeper } from '../../src/ingest/quarantine/corrupt.ts'
import { keepReadings, MOST_KEPT } from '../../src/ingest/quarantine/keep.ts'
import type { CorruptRecord } from '../../src/ingest/reading-log.ts'
import { north, openTestDatabase, south } from '../support/database.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { refusalOf } from '../support/problems.ts'
import { createMemoryStore, place, problem, reading } from './memory-store.ts'
import { quietLogger } from './quiet-logger.ts'

function refused(sequence: number, organisation = north): RefusedReading {
  return {
    organisation,
    position: place(sequence),
    reading: reading(1, sequence, 'on'),
    reason: 'field type conflict',
  }
}

async function everything(database: Database): Promise<readonly Quarantined[]> {
  const all: Quarantined[] = []
  let before: string | undefined
  for (;;) {
    const page = await listQuarantine(database, {
      limit: 500,
      ...(before !== undefined && { before }),
    })
    all.push(...page.rows)
    if (page.next === undefined) return all
    before = page.next
  }
}

describe('the quarantine', () => {
  it('gives back what went in, once, the newest first and page by page', async () => {
    await using database = await openTestDatabase()
    const clock = createManualClock()
    for (const sequence of [1, 2, 3, 4, 5]) {
      await keepReadings({ database, clock }, [refused(sequence), refused(sequence, south)])
      clock.advance(SECOND)
    }
    await keepReadings({ database, clock }, [refused(2)])
    const first = await listQuarantine(database, { organisation: north, limit: 3 })
    expect(
      first.rows.map((row) => row.kind === 'reading' && row.position.sequence),
    ).toEqual([5, 4, 3])
    const rest = await listQuarantine(database, {
      organisation: north,
      limit: 3,
      before: first.next ?? '',
    })
    expect(rest.rows).toHaveLength(2)
    expect(rest.next).toBeUndefined()
    expect(rest.rows[0]).toMatchObject({ ...refused(2), kind: 'reading' })
    expect(await everything(database)).toHaveLength(10)
  })

  it("does not show one organisation another's", async () => {
    await using database = await openTestDatabase()
    await keepReadings({ database, clock: createManualClock() }, [refused(1, south)])
    const [row] = await everything(database)
    const id = row?.id ?? ''
    expect(await getQuarantined(database, id, { organisation: south })).toEqual(row)
    expect(
      await refusalOf(getQuarantined(database, id, { organisation: north })),
    ).toMatchObject({ kind: 'not_found' })
    expect(await listQuarantine(database, { organisation: north, limit: 5 })).toEqual({
      rows: [],
      next: undefined,
    })
  })

  it('keeps a bounded number of an organisation, and counts the others', async () => {
    await using database = await openTestDatabase()
    const parts = { database, clock: createManualClock() }
    const many = Array.from({ length: MOST_KEPT + 250 }, (_, n) => refused(n + 1))
    await keepReadings(parts, many.slice(0, 4_000))
    await keepReadings(parts, many)
    await keepReadings(parts, [refused(1), refused(99_999)])
    await keepReadings(parts, [refused(1, south)])
    const all = await everything(database)
    const own = all.filter(({ organisation }) => organisation === north)
    expect(own.filter(({ kind }) => kind === 'reading')).toHaveLength(MOST_KEPT)
    expect(own.filter(({ kind }) => kind === 'more')).toMatchObject([{ count: 251 }])
    expect(all).toHaveLength(MOST_KEPT + 2)
  })

  it('keeps a reading that broke its contract without breaking the list', async () => {
    await using database = await openTestDatabase()
    const broken = { ...refused(1), reading: reading(1, 1, Number.NaN) }
    const wrong = { ...broken.reading, flags: Number.NaN }
    const parts = { database, clock: createManualClock() }
    await keepReadings(parts, [{ ...broken, reading: wrong }])
    const [row] = await everything(database)
    expect(row).toMatchObject({ kind: 'reading', reading: undefined })
    if (row === undefined) return
    const store = createMemoryStore()
    expect(await replayQuarantined({ database, store }, row)).toEqual({
      id: row.id,
      outcome: 'refused',
      reason: 'field type conflict',
    })
  })

  it('refuses a place in the list that is none', async () => {
    await using database = await openTestDatabase()
    const page = listQuarantine(database, { limit: 1, before: 'yesterday' })
    expect(await refusalOf(page)).toMatchObject({ kind: 'invalid', where: 'before' })
  })
})

/** One reading in quarantine, and a store that may take it. */
async function openOne() {
  const database = await openTestDatabase()
  await keepReadings({ database, clock: createManualClock() }, [refused(7)])
  const [row] = await everything(database)
  if (row === undefined) throw new Error('nothing is in quarantine')
  return {
    database,
    row,
    store: createMemoryStore(),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

describe('writing from the quarantine again', () => {
  it('removes what has landed, and says so in the same transaction', async () => {
    await using one = await openOne()
    const { row, store, database } = one
    const told: string[] = []
    const removed = async (_work: unknown, { id }: Quarantined) => void told.push(id)
    expect(await replayQuarantined({ ...one, removed }, row)).toEqual({
      id: row.id,
      outcome: 'landed',
    })
    expect(told).toEqual([row.id])
    expect(store.held()).toMatchObject([
      { organisation: north, position: place(7), value: 'on' },
    ])
    expect(await store.cursor()).toBeUndefined()
    expect(await everything(database)).toEqual([])
  })

  it('keeps what is refused again, with the reason of now', async () => {
    await using one = await openOne()
    one.store.refuses = () => true
    expect(await replayQuarantined(one, one.row)).toMatchObject({
      outcome: 'refused',
      reason: 'the store says invalid: field type conflict',
    })
    expect(await everything(one.database)).toHaveLength(1)
  })

  it('keeps it when the store is away, and passes that on', async () => {
    await using one = await openOne()
    one.store.fails = problem('unavailable')
    expect(await refusalOf(replayQuarantined(one, one.row))).toMatchObject({
      kind: 'unavailable',
    })
    expect(await everything(one.database)).toHaveLength(1)
  })
})

/** A log that finds damage when a test says so. */
function openLog() {
  const listeners = new Set<(record: CorruptRecord) => void>()
  return {
    epoch: 'log',
    onCorrupt(listener: (record: CorruptRecord) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    damaged: (record: CorruptRecord) => {
      for (const listener of listeners) listener(record)
    },
  }
}

describe('damaged records of the log', () => {
  it('go into quarantine once, belong to nobody, and cannot be written again', async () => {
    await using database = await openTestDatabase()
    const clock = createManualClock()
    const log = openLog()
    for (let life = 0; life < 2; life++) {
      await using _ = startCorruptKeeper({
        log,
        database,
        clock,
        logger: quietLogger(),
      })
      log.damaged({ sequence: 3, index: 1, reason: 'checksum' })
      log.damaged({ sequence: 4, reason: 'the commit cannot be unpacked' })
    }
    log.damaged({ sequence: 5, reason: 'nobody listens any more' })
    const rows = await everything(database)
    expect(rows.map((row) => row.kind === 'corrupt' && row.place)).toEqual(
      expect.arrayContaining([
        { epoch: 'log', sequence: 3, index: 1 },
        { epoch: 'log', sequence: 4 },
      ]),
    )
    expect(rows).toHaveLength(2)
    expect(await listQuarantine(database, { organisation: north, limit: 9 })).toMatchObject(
      {
        rows: [],
      },
    )
    const [row] = rows
    if (row === undefined) return
    const store = createMemoryStore()
    expect(await refusalOf(replayQuarantined({ database, store }, row))).toMatchObject({
      kind: 'conflict',
      why: 'it tells of a record of the log whose content is lost',
    })
  })

  it('wait while the database is away', async () => {
    await using real = await openTestDatabase()
    let away = true
    const database: Database = {
      ...real,
      installation: {
        query: real.installation.query,
        write: (lane, body) =>
          away
            ? Promise.reject(new Error('the database is away'))
            : real.installation.write(lane, body),
      },
    }
    const clock = createManualClock()
    const log = openLog()
    const logger = quietLogger()
    await using _ = startCorruptKeeper({ log, database, clock, logger })
    log.damaged({ sequence: 3, index: 1, reason: 'checksum' })
    for (let second = 0; second < 3; second++) {
      clock.advance(durationUs(SECOND))
      await setImmediate()
    }
    expect(await everything(real)).toEqual([])
    away = false
    clock.advance(durationUs(SECOND))
    await expect.poll(() => everything(real)).toHaveLength(1)
    expect(logger.lines.map(({ msg }) => msg)).toContain(
      'damaged records could not be noted; it is tried again',
    )
  })
})
