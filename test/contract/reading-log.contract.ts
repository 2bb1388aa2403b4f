import { beforeEach, describe, expect, it } from 'vitest'
import type { OrganisationId } from '../../src/domain/ids.ts'
import type { LogRecord } from '../../src/domain/log-record.ts'
import { partitionOf } from '../../src/domain/position.ts'
import { timeUs } from '../../src/domain/time.ts'
import { LogFullError } from '../../src/ingest/reading-log.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { readingLogDamage } from './reading-log-damage.contract.ts'
import { readingLogRetention } from './reading-log-retention.contract.ts'
import { readingLogTogether } from './reading-log-together.contract.ts'
import {
  envelope,
  follows,
  gata,
  numberOf,
  plain,
  range,
  readAll,
  type LogUnderTest,
} from './reading-log.fixtures.ts'

export { envelope, numberOf, range, readAll } from './reading-log.fixtures.ts'

/** What every reading log promises, whatever it keeps its records in. */
export function readingLogContract(name: string, subject: LogUnderTest): void {
  describe(`reading log: ${name}`, () => {
    let folder = ''
    beforeEach(async () => {
      const temporary = await temporaryFolder()
      folder = temporary.path
      return () => temporary[Symbol.asyncDispose]()
    })

    readingLogRetention(subject)
    readingLogDamage(subject)
    readingLogTogether(subject)

    it('says what an acknowledged message does not survive, if there is such a thing', async () => {
      await using log = await subject.open(folder)
      expect(log.weakness === undefined).toBe(subject.survivesPowerCut)
      expect(log.weakness ?? 'lost in a power cut').toMatch(/lost in a power cut/)
    })

    it('is empty when it is new: no head, nothing to read', async () => {
      await using log = await subject.open(folder)
      expect(log.head()).toBeUndefined()
      expect(await log.read({ limit: 10 })).toEqual([])
      expect(log.epoch).not.toBe('')
    })

    it('keeps 5,000 messages that arrive at once in the order they arrived', async () => {
      await using log = await subject.open(folder)
      const positions = await Promise.all(range(5_000).map((n) => log.append(envelope(n))))
      expect(positions.every((at, n) => n === 0 || follows(positions[n - 1], at))).toBe(
        true,
      )
      const entries = await readAll(log)
      expect(entries.map((entry) => numberOf(entry.record))).toEqual(range(5_000))
      expect(entries.map((entry) => entry.position)).toEqual(positions)
      expect(log.head()).toEqual(positions.at(-1))
    })

    it('keeps many that come together in their order, over several commits', async () => {
      await using log = await subject.open(folder)
      await Promise.all([
        log.appendAll(range(5_000).map((n) => envelope(n))),
        log.append(envelope(5_000)),
        log.appendAll([]),
      ])
      const entries = await readAll(log)
      expect(entries.map((entry) => numberOf(entry.record))).toEqual(range(5_001))
    })

    it('acknowledges many together only when all of them can be seen', async () => {
      await using log = await subject.open(folder)
      for (const size of [1, 7, 3_000]) {
        await log.appendAll(range(size).map((n) => envelope(n)))
        const { sequence } = log.head() ?? { sequence: Number.NaN }
        expect(await subject.durableCommits(folder)).toBeGreaterThanOrEqual(sequence)
      }
      expect(await readAll(log)).toHaveLength(3_008)
    })

    it('says that not all of many are kept when one of them cannot be', async () => {
      await using log = await subject.open(folder)
      const payload = new Uint8Array(16 * 1024 * 1024 + 1)
      const some = [envelope(0), { ...envelope(1), payload }, envelope(2)]
      await expect(log.appendAll(some)).rejects.toThrow(/./)
      await log.appendAll([envelope(3)])
      expect(numberOf((await readAll(log)).at(-1)?.record ?? envelope(-1))).toBe(3)
    })

    it('acknowledges a message only when somebody else can already see it', async () => {
      await using log = await subject.open(folder)
      for (const n of range(20)) {
        const { sequence } = await log.append(envelope(n))
        expect(await subject.durableCommits(folder)).toBeGreaterThanOrEqual(sequence)
      }
    })

    it('gives back every kind of record exactly as it was', async () => {
      await using log = await subject.open(folder)
      const head = { kind: 'control', organisation: gata, ingest: timeUs(7) } as const
      const records: LogRecord[] = [
        { ...envelope(1), retained: true, payload: Buffer.from([0, 255, 128]) },
        { ...envelope(2), topic: 'gatan/å/ö', payload: Buffer.alloc(0) },
        { ...head, control: 'timer' },
        { ...head, control: 'heartbeat' },
        { ...head, control: 'blind', from: timeUs(1), to: timeUs(2), why: 'boot' },
        { ...head, control: 'blind', from: timeUs(1), to: timeUs(2), why: 'suspend' },
        { ...head, control: 'activation', version: 3 },
      ]
      await Promise.all(records.map((record) => log.append(record)))
      expect((await readAll(log)).map((entry) => plain(entry.record))).toEqual(
        records.map(plain),
      )
    })

    it('gives every organisation the partition of its name', async () => {
      await using log = await subject.open(folder)
      const other = 'vatten' as OrganisationId
      const at = await log.append(envelope(1, other))
      expect(at.partition).toBe(partitionOf(other))
      const [entry] = await readAll(log)
      expect(entry?.position).toEqual(at)
      expect(log.head()).toEqual(at)
    })

    it('gives each message exactly once, whatever the size of the page', async () => {
      await using log = await subject.open(folder)
      for (const size of [1, 300, 7, 92]) {
        await Promise.all(range(size).map((n) => log.append(envelope(n))))
      }
      const whole = (await readAll(log, 10_000)).map((entry) => entry.position)
      expect(whole).toHaveLength(400)
      for (const limit of [1, 3, 64, 299, 400]) {
        expect((await readAll(log, limit)).map((entry) => entry.position)).toEqual(whole)
      }
      const middle = whole[150]
      expect((await readAll(log, 50, middle)).map((entry) => entry.position)).toEqual(
        whole.slice(151),
      )
    })

    it('goes on in the middle of a commit, also after it was opened again', async () => {
      const log = await subject.open(folder)
      const positions = await Promise.all(range(10).map((n) => log.append(envelope(n))))
      expect(new Set(positions.map(({ sequence }) => sequence)).size).toBe(1)
      const [first, second] = [positions[3], positions[6]]
      if (first === undefined || second === undefined) throw new Error('ten were appended')
      expect((await log.read({ limit: 3, after: first })).map((e) => e.position)).toEqual(
        positions.slice(4, 7),
      )
      await log[Symbol.asyncDispose]()
      await using again = await subject.open(folder)
      const rest = await readAll(again, 2, second)
      expect(rest.map((entry) => entry.position)).toEqual(positions.slice(7))
    })

    it('has the same name and the same content when it is opened again', async () => {
      const first = await subject.open(folder)
      const { epoch } = first
      const positions = await Promise.all(range(100).map((n) => first.append(envelope(n))))
      await first[Symbol.asyncDispose]()

      await using again = await subject.open(folder)
      expect(again.epoch).toBe(epoch)
      expect(again.head()).toEqual(positions.at(-1))
      expect((await readAll(again)).map((entry) => entry.position)).toEqual(positions)
      const next = await again.append(envelope(100))
      expect(follows(positions.at(-1), next)).toBe(true)
    })

    it('writes down what it has accepted before it closes', async () => {
      const log = await subject.open(folder)
      const appended = range(50).map((n) => log.append(envelope(n)))
      await log[Symbol.asyncDispose]()
      await Promise.all(appended)
      await using again = await subject.open(folder)
      expect(await readAll(again)).toHaveLength(50)
    })

    it('turns messages away while its queue is full, and takes them again afterwards', async () => {
      await using log = await subject.open(folder, { maxQueuedRecords: 100 })
      const outcomes = await Promise.allSettled(
        range(250).map((n) => log.append(envelope(n))),
      )
      const refused = outcomes.flatMap((o) => (o.status === 'rejected' ? [o.reason] : []))
      expect(refused).toHaveLength(150)
      expect(refused.every((reason) => reason instanceof LogFullError)).toBe(true)
      await log.append(envelope(250))
      expect((await readAll(log)).map((entry) => numberOf(entry.record))).toEqual([
        ...range(100),
        250,
      ])
    })

    it('tells who listens about each commit, until they stop listening', async () => {
      await using log = await subject.open(folder)
      let calls = 0
      const stop = log.onCommit(() => calls++)
      await log.append(envelope(1))
      expect(calls).toBe(1)
      stop()
      await log.append(envelope(2))
      expect(calls).toBe(1)
    })

    it('refuses the cursor of another log, and one beyond its own end', async () => {
      await using log = await subject.open(folder)
      const at = await log.append(envelope(1))
      const stranger = { ...at, epoch: 'another' }
      const beyond = { ...at, sequence: at.sequence + 1 }
      for (const after of [stranger, beyond]) {
        await expect(log.read({ after, limit: 1 })).rejects.toMatchObject({
          details: {
            kind: 'conflict',
            next: expect.stringContaining('gatuvakt log adopt'),
          },
        })
        await expect(log.release('detector', after)).rejects.toMatchObject({
          details: { kind: 'conflict' },
        })
      }
    })

    it('refuses a message that is too large, and goes on', async () => {
      await using log = await subject.open(folder)
      const payload = new Uint8Array(16 * 1024 * 1024 + 1)
      await expect(log.append({ ...envelope(1), payload })).rejects.toMatchObject({
        details: { kind: 'too_large' },
      })
      const largest = payload.subarray(1)
      await log.append({ ...envelope(1), payload: largest })
      const [entry] = await log.read({ limit: 1 })
      expect(entry?.record.kind === 'envelope' && entry.record.payload.length).toBe(
        largest.length,
      )
    })
  })
}
