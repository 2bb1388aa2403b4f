import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import type { LogEntry } from '../../src/domain/log-record.ts'
import { durationUs, MINUTE, MS, SECOND } from '../../src/domain/time.ts'
import {
  startConsumer,
  type Consumer,
  type ConsumerParts,
} from '../../src/ingest/consumer.ts'
import type { ReadingLog } from '../../src/ingest/reading-log.ts'
import { StoppedError } from '../../src/ingest/retry.ts'
import { envelope, numberOf, range } from '../contract/reading-log.contract.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { refusalOf } from '../support/problems.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { elsewhere, logFile, openLogIn } from './field.ts'
import { quietLogger } from './quiet-logger.ts'
import { until } from '../support/until.ts'

const at = (seconds: number) => durationUs(seconds * SECOND)

let folder = ''
let log: ReadingLog
let clock: ManualClock

beforeEach(async () => {
  const temporary = await temporaryFolder()
  folder = temporary.path
  log = await openLogIn(folder)
  clock = createManualClock()
  return async () => {
    await log[Symbol.asyncDispose]()
    await temporary[Symbol.asyncDispose]()
  }
})

/** A consumer that notes the batches it was given; `work` may refuse one. */
function consume(
  changes: Partial<ConsumerParts<LogEntry>> = {},
  work: (batch: readonly number[]) => Promise<void> = () => Promise.resolve(),
): Consumer & { readonly batches: readonly (readonly number[])[] } {
  const batches: (readonly number[])[] = []
  const consumer = startConsumer({
    name: 'test',
    log,
    after: undefined,
    clock,
    logger: quietLogger(),
    limit: 1_000,
    linger: at(0),
    async handle(entries: readonly LogEntry[]) {
      const numbers = entries.map(({ record }) => numberOf(record))
      batches.push(numbers)
      await work(numbers)
    },
    ...changes,
  })
  return Object.assign(consumer, { batches })
}

async function append(...numbers: readonly number[]): Promise<void> {
  await Promise.all(numbers.map((number) => log.append(envelope(number))))
}

/** The loop has done all it can until the clock moves. */
async function pausing(): Promise<void> {
  await until(() => clock.pending() === 1)
}

const refuse = () => Promise.reject(new Error('the disk of the store is gone'))

describe('a consumer of the log', () => {
  it('hands over every entry once and in order, those too that come while it works', async () => {
    await append(...range(25))
    const begun = Promise.withResolvers<void>()
    await using consumer = consume({ limit: 7 }, async ([first]) => {
      if (first !== 0) return
      begun.resolve()
      await append(...range(30).slice(25))
    })
    await begun.promise
    await until(() => consumer.batches.flat().length === 30)
    await consumer.settled()
    expect(consumer.batches.flat()).toEqual(range(30))
    expect(Math.max(...consumer.batches.map(({ length }) => length))).toBe(7)
    expect(consumer.atHead()).toBe(true)
    expect(consumer.position()).toEqual(log.head())
  })

  it('goes on behind the entry it is told, inside a commit too', async () => {
    await append(...range(5))
    const entries = await log.read({ limit: 5 })
    await using consumer = consume({ after: entries[2]?.position })
    await consumer.settled()
    expect(consumer.batches.flat()).toEqual([3, 4])
  })

  it('waits for nothing when the log is empty, and wakes with the first entry', async () => {
    await using consumer = consume()
    await consumer.settled()
    expect(consumer.atHead()).toBe(true)
    expect(consumer.position()).toBeUndefined()
    await append(0)
    expect(consumer.atHead()).toBe(false)
    await consumer.settled()
    expect(consumer.batches).toEqual([[0]])
  })

  it('lets entries gather before it takes them, if it is told to', async () => {
    await using consumer = consume({ linger: at(0.2) })
    await append(0)
    await pausing()
    await append(1)
    await append(2)
    expect(consumer.batches).toEqual([])
    clock.advance(at(0.2))
    await consumer.settled()
    expect(consumer.batches).toEqual([[0, 1, 2]])
  })

  it('skips what can no longer be read, and goes on behind it', async () => {
    for (const number of range(4)) await append(number)
    damage(2)
    damage(4)
    await using consumer = consume()
    await consumer.settled()
    expect(consumer.batches.flat()).toEqual([0, 2])
    expect(consumer.position()).toEqual(log.head())
    expect(consumer.failure()).toBeUndefined()
    await append(9)
    await consumer.settled()
    expect(consumer.batches.flat()).toEqual([0, 2, 9])
  })

  it.each([
    ['of another log', elsewhere({}), /another reading log/],
    ['beyond the end', undefined, /further than the reading log reaches/],
  ])('refuses to start from a place %s', async (_, after, what) => {
    await append(0)
    const beyond = elsewhere({ epoch: log.epoch, sequence: 2 })
    const started = (async () => consume({ after: after ?? beyond }))()
    expect(await refusalOf(started)).toMatchObject({
      kind: 'conflict',
      what: expect.stringMatching(what),
      why: expect.any(String),
      next: expect.stringContaining('backup'),
    })
    expect(clock.pending()).toBe(0)
  })
})

function damage(sequence: number): void {
  using database = new DatabaseSync(logFile(folder))
  database
    .prepare('UPDATE packed_commit SET packed = zeroblob(40) WHERE sequence = ?')
    .run(sequence)
}

describe('a consumer whose handler fails', () => {
  it('tries the same entries again, after pauses that grow from 0.1 s to 30 s', async () => {
    let failing = true
    await append(0, 1)
    await using consumer = consume({}, () => (failing ? refuse() : Promise.resolve()))
    const pauses = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30]
    for (const [index, pause] of pauses.entries()) {
      await pausing()
      expect(consumer.batches).toHaveLength(index + 1)
      expect(consumer.failure()).toBe('the disk of the store is gone')
      clock.advance(durationUs(pause * SECOND - 1))
      expect(clock.pending(), `${pause} s are not over yet`).toBe(1)
      clock.advance(durationUs(1))
    }
    failing = false
    await consumer.settled()
    expect(consumer.failure()).toBeUndefined()
    expect(new Set(consumer.batches.map(String))).toEqual(new Set(['0,1']))

    failing = true
    await append(2)
    await pausing()
    clock.advance(at(0.1))
    await until(() => consumer.batches.at(-2)?.[0] === 2)
  })

  it('is not hurried by what comes meanwhile', async () => {
    await append(0)
    await using consumer = consume({}, refuse)
    await pausing()
    await append(1)
    clock.advance(durationUs(99 * MS))
    expect(clock.pending()).toBe(1)
    expect(consumer.batches).toEqual([[0]])
  })

  it('says so in the log, with the reason', async () => {
    const logger = quietLogger()
    await append(0)
    await using _ = consume({ logger }, refuse)
    await pausing()
    expect(logger.lines).toMatchObject([
      { consumer: 'test', err: { message: 'the disk of the store is gone' } },
    ])
  })
})

describe('stopping a consumer', () => {
  it('ends it while it waits for entries', async () => {
    const consumer = consume()
    await consumer[Symbol.asyncDispose]()
    await append(0)
    expect(consumer.batches).toEqual([])
  })

  it('ends it while it pauses after a failure, and leaves no timer', async () => {
    await append(0)
    const consumer = consume({}, refuse)
    await pausing()
    await consumer[Symbol.asyncDispose]()
    expect(consumer.batches).toHaveLength(1)
    expect(clock.pending()).toBe(0)
  })

  it('ends it while it lets entries gather, and leaves no timer', async () => {
    const consumer = consume({ linger: MINUTE })
    await append(0)
    await pausing()
    await consumer[Symbol.asyncDispose]()
    expect(clock.pending()).toBe(0)
  })

  it('lets the batch under way end, and begins no other', async () => {
    const begun = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    await append(...range(4))
    const consumer = consume({ limit: 2 }, async () => {
      begun.resolve()
      await release.promise
    })
    await begun.promise
    const stopped = consumer[Symbol.asyncDispose]()
    release.resolve()
    await stopped
    expect(consumer.batches).toEqual([[0, 1]])
    expect(consumer.position()).toMatchObject({ sequence: 1, index: 1 })
  })

  it('tells those who wait for it that they wait in vain', async () => {
    await append(0)
    const consumer = consume({}, refuse)
    await pausing()
    const waiting = Promise.allSettled([consumer.settled()])
    await consumer[Symbol.asyncDispose]()
    expect(await waiting).toMatchObject([{ reason: expect.any(StoppedError) }])
    await expect(consumer.settled()).rejects.toBeInstanceOf(StoppedError)
  })
})
