import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { Position } from '../../src/domain/position.ts'
import { durationUs, timeUs } from '../../src/domain/time.ts'
import { LogBrokenError, LogFullError } from '../../src/ingest/reading-log.ts'
import type { CorruptRecord } from '../../src/ingest/reading-log.ts'
import type { ReadingLog } from '../../src/ingest/reading-log.ts'
import { openSqliteLog, type SqliteLogOptions } from '../../src/ingest/sqlite-log/open.ts'
import { systemRandom } from '../../src/random.ts'
import { envelope, numberOf, range, readAll } from '../contract/reading-log.contract.ts'
import { temporaryFolder } from '../support/temporary.ts'

let file = ''

beforeEach(async () => {
  const temporary = await temporaryFolder()
  file = join(temporary.path, 'readings.log')
  return () => temporary[Symbol.asyncDispose]()
})

function open(options: Partial<SqliteLogOptions> = {}): Promise<ReadingLog> {
  const inMemory = { records: 0, bytes: 0 }
  const parts = { clock: systemClock, random: systemRandom, inMemory }
  return openSqliteLog({ file, ...parts, ...options })
}

/** Does something to the file behind the log's back. */
function meddle(work: (database: DatabaseSync) => void): void {
  using database = new DatabaseSync(file)
  work(database)
}

function appendTogether(log: ReadingLog, count: number): Promise<Position[]> {
  return Promise.all(range(count).map((n) => log.append(envelope(n))))
}

async function oneCommitEach(log: ReadingLog, count: number): Promise<Position[]> {
  const positions: Position[] = []
  for (const n of range(count)) positions.push(await log.append(envelope(n)))
  return positions
}

function packedOf(database: DatabaseSync, sequence: number): Uint8Array {
  const row = database
    .prepare('SELECT packed FROM packed_commit WHERE sequence = ?')
    .get(sequence)
  return row?.['packed'] as Uint8Array
}

function overwrite(database: DatabaseSync, sequence: number, packed: Uint8Array): void {
  database
    .prepare('UPDATE packed_commit SET packed = ? WHERE sequence = ?')
    .run(packed, sequence)
}

describe('a damaged reading log', () => {
  it('skips the one message whose bytes were flipped, and reports it once', async () => {
    await using log = await open()
    await appendTogether(log, 10)
    meddle((database) => {
      const packed = packedOf(database, 1)
      // The payload of message 4, found by its topic.
      const at = Buffer.from(packed).indexOf('lamp-4/up') + 'lamp-4/up'.length
      packed[at] = 0
      overwrite(database, 1, packed)
    })
    const reported: CorruptRecord[] = []
    log.onCorrupt((corrupt) => reported.push(corrupt))
    for (const limit of [1, 3, 100]) {
      const entries = await readAll(log, limit)
      expect(entries.map((entry) => numberOf(entry.record))).toEqual([
        0, 1, 2, 3, 5, 6, 7, 8, 9,
      ])
      expect(
        entries.every((entry) => entry.position.index === numberOf(entry.record)),
      ).toBe(true)
    }
    expect(reported).toEqual([
      { sequence: 1, index: 4, reason: 'the checksum does not match' },
    ])
  })

  it('skips a commit that was torn, and goes on with the next', async () => {
    const log = await open()
    for (const n of range(4)) await log.append(envelope(n))
    await log[Symbol.asyncDispose]()
    meddle((database) => {
      for (const sequence of [2, 3]) {
        overwrite(database, sequence, packedOf(database, sequence).subarray(0, 20))
      }
    })
    await using again = await open()
    const reported: CorruptRecord[] = []
    again.onCorrupt((corrupt) => reported.push(corrupt))
    for (const limit of [1, 100]) {
      const entries = await readAll(again, limit)
      expect(entries.map((entry) => numberOf(entry.record))).toEqual([0, 3])
    }
    expect(reported.map(({ sequence, index }) => [sequence, index])).toEqual([
      [2, undefined],
      [3, undefined],
    ])
  })

  it('opens and goes on when the newest commit is unreadable', async () => {
    const log = await open()
    for (const n of range(2)) await log.append(envelope(n))
    await log[Symbol.asyncDispose]()
    meddle((database) => overwrite(database, 2, new Uint8Array(50)))
    await using again = await open()
    expect((await again.append(envelope(2))).sequence).toBe(3)
    const entries = await readAll(again, 1)
    expect(entries.map((entry) => numberOf(entry.record))).toEqual([0, 2])
  })

  it('breaks when it cannot write, and says so to everybody who waits', async () => {
    await using log = await open()
    await log.append(envelope(0))
    meddle((database) => database.exec('DROP TABLE packed_commit'))
    const outcomes = await Promise.allSettled(range(5).map((n) => log.append(envelope(n))))
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: expect.any(LogBrokenError),
      })
    }
    expect(await log.broken).toBeInstanceOf(LogBrokenError)
    await expect(log.append(envelope(9))).rejects.toBeInstanceOf(LogBrokenError)
  })

  it('breaks when another process has written to its file', async () => {
    await using log = await open()
    await log.append(envelope(0))
    meddle((database) =>
      database.exec('INSERT INTO packed_commit VALUES (2, 0, 1, zeroblob(40))'),
    )
    await expect(log.append(envelope(1))).rejects.toBeInstanceOf(LogBrokenError)
    expect(await log.broken).toBeInstanceOf(LogBrokenError)
  })
})

describe('a reading log and its bounds', () => {
  it('turns messages away when the disk is full, and takes them when there is room', async () => {
    await using log = await open({ maxFileBytes: 2_000_000 })
    const large = { ...envelope(0), payload: new Uint8Array(300_000) }
    let kept: Position | undefined
    let refusal: unknown
    for (let n = 0; n < 10 && refusal === undefined; n++) {
      const outcome = await log.append(large).catch((error: unknown) => error)
      if (outcome instanceof Error) refusal = outcome
      else kept = outcome as Position
    }
    expect(refusal).toBeInstanceOf(LogFullError)
    expect(log.head()).toEqual(kept)

    if (kept !== undefined) await log.release('detector', kept)
    await log.retain({ maxBytes: 1_000_000 }, timeUs(0))
    const next = await log.append(large)
    expect(next.sequence).toBe((kept?.sequence ?? 0) + 1)
  })

  it('counts the bytes of its queue too', async () => {
    await using log = await open({ maxQueued: { bytes: 1_000_000 } })
    const large = { ...envelope(0), payload: new Uint8Array(600_000) }
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => log.append(large)))
    expect(outcomes.map((outcome) => outcome.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
    ])
    await log.append(large)
  })

  it('puts no more records into a commit than it may', async () => {
    await using log = await open({ groupCommit: { maxRecords: 50 } })
    const positions = await appendTogether(log, 220)
    expect(positions.map(({ index }) => index).reduce((a, b) => Math.max(a, b))).toBe(49)
    expect(positions.at(-1)).toMatchObject({ sequence: 5, index: 19 })
  })
})

describe('retention of the reading log', () => {
  const everything = { maxAge: durationUs(0) }
  const farFuture = timeUs(9e15)

  it('deletes nothing while no consumer has said how far it is', async () => {
    await using log = await open()
    await oneCommitEach(log, 5)
    expect(await log.retain(everything, farFuture)).toEqual({
      deletedCommits: 0,
      slowest: undefined,
    })
    expect(await readAll(log)).toHaveLength(5)
  })

  it('never deletes what the slowest consumer has not released, and never the newest', async () => {
    await using log = await open()
    const positions = await oneCommitEach(log, 8)
    await log.release('detector', positions[7] as Position)
    await log.release('projector', positions[3] as Position)
    // A mark does not go back: what was released may be gone.
    await log.release('detector', positions[0] as Position)
    expect(await log.retain(everything, farFuture)).toEqual({
      deletedCommits: 3,
      slowest: 'projector',
    })
    const left = await readAll(log)
    expect(left.map((entry) => numberOf(entry.record))).toEqual([3, 4, 5, 6, 7])
    await log.release('projector', positions[7] as Position)
    await log.retain(everything, farFuture)
    expect((await readAll(log)).map((entry) => numberOf(entry.record))).toEqual([7])
  })

  it('keeps what is young enough and what is small enough', async () => {
    await using log = await open()
    const positions = await oneCommitEach(log, 5)
    await log.release('detector', positions[4] as Position)
    const hour = durationUs(3_600_000_000)
    const policy = { maxAge: hour, maxBytes: 1_000_000_000 }
    expect((await log.retain(policy, systemClock.now())).deletedCommits).toBe(0)
    expect((await log.retain({}, farFuture)).deletedCommits).toBe(0)
  })

  it('remembers across a restart how far each consumer is', async () => {
    const log = await open()
    const positions = await oneCommitEach(log, 5)
    await log.release('detector', positions[2] as Position)
    await log[Symbol.asyncDispose]()
    await using again = await open()
    expect(await again.retain(everything, farFuture)).toEqual({
      deletedCommits: 2,
      slowest: 'detector',
    })
  })

  it('tells a reader that comes too late instead of leading it past the gap', async () => {
    await using log = await open()
    const positions = await oneCommitEach(log, 6)
    await log.release('detector', positions[5] as Position)
    await log.retain(everything, farFuture)
    await expect(
      log.read({ after: positions[1] as Position, limit: 10 }),
    ).rejects.toMatchObject({ details: { kind: 'conflict', where: 'commit 3 to 5' } })
  })
})

describe('a file that is not for this version', () => {
  it('is refused when a newer version made it', async () => {
    await (await open())[Symbol.asyncDispose]()
    meddle((database) => database.exec('PRAGMA user_version = 99'))
    await expect(open()).rejects.toMatchObject({
      details: { kind: 'conflict', what: expect.stringContaining('newer version') },
    })
  })

  it('is refused when it is a database of something else', async () => {
    meddle((database) => database.exec('CREATE TABLE lamp (id INTEGER)'))
    await expect(open()).rejects.toMatchObject({ details: { kind: 'conflict' } })
  })

  it('is refused when it is no database at all', async () => {
    await writeFile(file, 'a letter to the municipality, '.repeat(100))
    await expect(open()).rejects.toMatchObject({ details: { kind: 'conflict' } })
  })

  it('is refused with the reason when its folder is not there', async () => {
    await expect(open({ file: join(file, 'no-folder', 'x.log') })).rejects.toBeInstanceOf(
      LogBrokenError,
    )
  })
})
