import { beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { Position } from '../../src/domain/position.ts'
import { HOUR, later } from '../../src/domain/time.ts'
import type { ReadingLog } from '../../src/ingest/reading-log.ts'
import { temporaryFolder } from '../support/temporary.ts'
import {
  appendApart,
  envelope,
  numbersOf,
  range,
  readAll,
  type LogUnderTest,
} from './reading-log.fixtures.ts'

/** What a reading log may forget, and what it must keep. */
export function readingLogRetention(subject: LogUnderTest): void {
  describe('retention', () => {
    let folder = ''
    beforeEach(async () => {
      const temporary = await temporaryFolder()
      folder = temporary.path
      return () => temporary[Symbol.asyncDispose]()
    })

    it('deletes nothing while no consumer has said how far it is', async () => {
      await using log = await subject.open(folder)
      await appendApart(log, range(5))
      const done = await log.retain({ maxAge: HOUR, maxBytes: 1 }, inTwoHours())
      expect(done).toEqual({ deletedCommits: 0, slowest: undefined })
      expect(numbersOf(await readAll(log))).toEqual(range(5))
    })

    it('deletes what is too old, and nothing that is not', async () => {
      await using log = await subject.open(folder)
      const positions = await appendApart(log, range(6))
      await log.release('detector', at(positions, 5))
      const now = systemClock.now()
      expect((await log.retain({ maxAge: HOUR }, now)).deletedCommits).toBe(0)
      expect(await log.retain({ maxAge: HOUR }, inTwoHours())).toEqual({
        deletedCommits: 5,
        slowest: 'detector',
      })
      expect(numbersOf(await readAll(log))).toEqual([5])
    })

    it('deletes the oldest while it holds too many bytes', async () => {
      await using log = await subject.open(folder)
      const payload = new Uint8Array(100_000)
      let newest: Position | undefined
      for (const n of range(40)) newest = await log.append({ ...envelope(n), payload })
      if (newest === undefined) throw new Error('forty were appended')
      await log.release('detector', newest)
      await log.retain({ maxBytes: 2_000_000 }, systemClock.now())
      const left = await readAll(log)
      expect(left.length).toBeGreaterThanOrEqual(16)
      expect(left.length).toBeLessThanOrEqual(20)
      expect(left.at(-1)?.position).toEqual(newest)
      const kept = left.length
      expect((await log.retain({ maxBytes: 2_000_000 }, inTwoHours())).deletedCommits).toBe(
        0,
      )
      expect(await readAll(log)).toHaveLength(kept)
    })

    it('keeps what is young, whatever its size', async () => {
      await using log = await subject.open(folder)
      const positions = await appendApart(log, range(4))
      await log.release('detector', at(positions, 3))
      const rule = { maxBytes: 1, minAge: HOUR }
      expect((await log.retain(rule, systemClock.now())).deletedCommits).toBe(0)
      expect((await log.retain(rule, inTwoHours())).deletedCommits).toBe(3)
    })

    it('deletes nothing when it is given no bound', async () => {
      await using log = await subject.open(folder)
      const positions = await appendApart(log, range(3))
      await log.release('detector', at(positions, 2))
      expect((await log.retain({}, inTwoHours())).deletedCommits).toBe(0)
    })

    it('never deletes what the slowest consumer has not released, and never the newest', async () => {
      await using log = await subject.open(folder)
      const positions = await appendApart(log, range(8))
      await log.release('detector', at(positions, 7))
      await log.release('projector', at(positions, 3))
      // A mark does not go back: what was released may be gone.
      await log.release('detector', at(positions, 0))
      expect(await retainNothing(log)).toEqual({ deletedCommits: 3, slowest: 'projector' })
      expect(numbersOf(await readAll(log))).toEqual([3, 4, 5, 6, 7])
      await log.release('projector', at(positions, 7))
      await retainNothing(log)
      expect(numbersOf(await readAll(log))).toEqual([7])
      expect((await log.append(envelope(8))).sequence).toBe(at(positions, 7).sequence + 1)
    })

    it('remembers how far each consumer is when it is opened again', async () => {
      const log = await subject.open(folder)
      const positions = await appendApart(log, range(5))
      await log.release('detector / north', at(positions, 2))
      await log.release('projector', at(positions, 4))
      await log[Symbol.asyncDispose]()
      await using again = await subject.open(folder)
      expect(await retainNothing(again)).toEqual({
        deletedCommits: 2,
        slowest: 'detector / north',
      })
      expect(again.head()).toEqual(at(positions, 4))
    })

    it('tells a reader that comes too late instead of leading it past the gap', async () => {
      const log = await subject.open(folder)
      const positions = await appendApart(log, range(6))
      await log.release('detector', at(positions, 5))
      await retainNothing(log)
      // Somebody who has it open may still have them in memory.
      await log[Symbol.asyncDispose]()
      await using again = await subject.open(folder)
      for (const after of [at(positions, 0), at(positions, 1)]) {
        await expect(again.read({ after, limit: 10 })).rejects.toMatchObject({
          details: {
            kind: 'conflict',
            where: `commit ${after.sequence + 1} to ${at(positions, 4).sequence}`,
          },
        })
      }
      const next = await again.read({ after: at(positions, 4), limit: 10 })
      expect(numbersOf(next)).toEqual([5])
    })

    it('knows a hundred consumers and no more', async () => {
      await using log = await subject.open(folder)
      const position = await log.append(envelope(1))
      for (const n of range(100)) await log.release(`consumer-${n}`, position)
      await expect(log.release('one-too-many', position)).rejects.toMatchObject({
        details: { kind: 'too_many', where: 'one-too-many' },
      })
      await log.release('consumer-7', position)
    })
  })
}

function at(positions: readonly Position[], index: number): Position {
  const position = positions[index]
  if (position === undefined) throw new Error(`nothing was appended at ${index}`)
  return position
}

function inTwoHours() {
  return later(later(systemClock.now(), HOUR), HOUR)
}

function retainNothing(log: ReadingLog) {
  return log.retain({ maxAge: HOUR }, inTwoHours())
}
