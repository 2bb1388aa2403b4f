import { beforeEach, describe, expect, it } from 'vitest'
import type { CorruptRecord } from '../../src/ingest/reading-log.ts'
import { temporaryFolder } from '../support/temporary.ts'
import {
  appendApart,
  envelope,
  numbersOf,
  packed,
  readAll,
  type LogUnderTest,
} from './reading-log.fixtures.ts'

/** What happens to stored bytes that are no longer what was written. */
export function readingLogDamage(subject: LogUnderTest): void {
  describe('damage', () => {
    let folder = ''
    beforeEach(async () => {
      const temporary = await temporaryFolder()
      folder = temporary.path
      return () => temporary[Symbol.asyncDispose]()
    })

    /** A log with messages 0 to 9; message 2 has a flipped bit, messages 4 to 6 are torn away. */
    async function damage(): Promise<{ flipped: number; torn: number }> {
      const log = await subject.open(folder)
      await appendApart(log, [0])
      await log[Symbol.asyncDispose]()
      const one = packed([envelope(1), envelope(2), envelope(3)])
      const payload = one.indexOf('lamp-2/up') + 'lamp-2/up'.length
      one[payload] = (one[payload] ?? 0) ^ 1
      const flipped = await subject.storeCommit(folder, one, 3)
      const two = packed([envelope(4), envelope(5), envelope(6)]).subarray(0, 20)
      const torn = await subject.storeCommit(folder, two, 3)
      await subject.storeCommit(folder, packed([envelope(7), envelope(8), envelope(9)]), 3)
      return { flipped, torn }
    }

    it('skips what was damaged, reports it once, and serves the rest in its place', async () => {
      const { flipped, torn } = await damage()
      await using log = await subject.open(folder)
      const reported: CorruptRecord[] = []
      const stop = log.onCorrupt((corrupt) => reported.push(corrupt))
      for (const limit of [1, 2, 100]) {
        const entries = await readAll(log, limit)
        expect(numbersOf(entries)).toEqual([0, 1, 3, 7, 8, 9])
        expect(entries.map(({ position }) => position.index)).toEqual([0, 0, 2, 0, 1, 2])
      }
      const [record, commit, ...more] = reported
      expect(record).toEqual({
        sequence: flipped,
        index: 1,
        reason: 'the checksum does not match',
      })
      expect(commit).toEqual({ sequence: torn, reason: expect.any(String) })
      expect(more).toEqual([])
      stop()
    })

    it('tells nobody who has stopped listening', async () => {
      await damage()
      await using log = await subject.open(folder)
      const reported: CorruptRecord[] = []
      log.onCorrupt((corrupt) => reported.push(corrupt))()
      await readAll(log)
      expect(reported).toEqual([])
    })

    it('opens, appends and reads on behind a newest commit that is unreadable', async () => {
      const log = await subject.open(folder)
      await appendApart(log, [0])
      await log[Symbol.asyncDispose]()
      const sequence = await subject.storeCommit(folder, new Uint8Array(50), 1)
      await using again = await subject.open(folder)
      const [next] = await appendApart(again, [2])
      expect(next?.sequence).toBe(sequence + 1)
      expect(numbersOf(await readAll(again, 1))).toEqual([0, 2])
    })
  })
}
