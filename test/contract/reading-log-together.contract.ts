import { beforeEach, describe, expect, it } from 'vitest'
import type { OrganisationId } from '../../src/domain/ids.ts'
import type { LogEntry } from '../../src/domain/log-record.ts'
import type { Position } from '../../src/domain/position.ts'
import { HOUR, later } from '../../src/domain/time.ts'
import { systemClock } from '../../src/clock.ts'
import type { ReadingLog } from '../../src/ingest/reading-log.ts'
import { temporaryFolder } from '../support/temporary.ts'
import {
  appendApart,
  envelope,
  follows,
  numberOf,
  range,
  readAll,
  untilHead,
  type LogUnderTest,
} from './reading-log.fixtures.ts'

const organisations = range(8).map((n) => `municipality-${n}` as OrganisationId)

/** Many who append and read at the same time, in one process and in several. */
export function readingLogTogether(subject: LogUnderTest): void {
  describe('together', () => {
    let folder = ''
    beforeEach(async () => {
      const temporary = await temporaryFolder()
      folder = temporary.path
      return () => temporary[Symbol.asyncDispose]()
    })

    it('gives all readers the same, while eight organisations append', async () => {
      await using log = await subject.open(folder)
      const readers = [1, 37, 1_000].map((limit) => readUntil(log, limit, 8 * 400))
      await Promise.all(organisations.map((one) => appendInBursts(log, one, range(400))))
      const [first, ...others] = await Promise.all(readers)
      if (first === undefined) throw new Error('nobody read')
      expectEachInOrder(first, range(400))
      for (const other of others) expect(placesOf(other)).toEqual(placesOf(first))
    })

    describe.runIf(subject.shared)('in several processes', () => {
      it('keeps one order of what two append, and both see it', async () => {
        await using north = await subject.open(folder)
        await using south = await subject.open(folder)
        expect(south.epoch).toBe(north.epoch)
        const readers = [north, south].map((log) => readUntil(log, 100, 2 * 8 * 200))
        await Promise.all(
          organisations.flatMap((one) => [
            appendInBursts(north, one, range(200)),
            appendInBursts(
              south,
              one,
              range(200).map((n) => 1_000 + n),
            ),
          ]),
        )
        const [inNorth, inSouth] = await Promise.all(readers)
        if (inNorth === undefined || inSouth === undefined) throw new Error('nobody read')
        expect(placesOf(inSouth)).toEqual(placesOf(inNorth))
        const from = (log: 'north' | 'south'): readonly LogEntry[] =>
          inNorth.filter(({ record }) => numberOf(record) >= 1_000 === (log === 'south'))
        expectEachInOrder(from('north'), range(200))
        expectEachInOrder(
          from('south'),
          range(200).map((n) => 1_000 + n),
        )
      })

      it('hears of what another appends, and tells who listens', async () => {
        await using writer = await subject.open(folder)
        await using reader = await subject.open(folder)
        const [position] = await appendApart(writer, [1])
        await untilHead(reader, (head) => head !== undefined)
        expect(reader.head()).toEqual(position)
        let records = 0
        reader.onCommit((more) => {
          records += more
        })
        const together = await Promise.all(range(5).map((n) => writer.append(envelope(n))))
        await untilHead(reader, (head) => head?.sequence === together[0]?.sequence)
        expect(reader.head()).toEqual(together.at(-1))
        expect(records).toBe(5)
        expect(await readAll(reader)).toHaveLength(6)
      })

      it('takes a cursor that another process has just written', async () => {
        await using writer = await subject.open(folder)
        await using reader = await subject.open(folder)
        const after = await writer.append(envelope(1))
        expect(await reader.read({ after, limit: 10 })).toEqual([])
        await reader.release('detector', await writer.append(envelope(2)))
      })

      it('keeps what a consumer in another process still needs', async () => {
        await using one = await subject.open(folder)
        await using two = await subject.open(folder)
        const positions = await appendApart(one, range(6))
        await one.release('detector', positions[5] as Position)
        await two.release('projector', positions[2] as Position)
        // Both write down what they know when they clean up, and look at what the other wrote.
        const inTwoHours = later(later(systemClock.now(), HOUR), HOUR)
        expect(await two.retain({ maxAge: HOUR }, inTwoHours)).toMatchObject({
          slowest: 'projector',
        })
        expect(await one.retain({ maxAge: HOUR }, inTwoHours)).toEqual({
          deletedCommits: 0,
          slowest: 'projector',
        })
        expect((await readAll(one)).map(({ record }) => numberOf(record))).toEqual([
          2, 3, 4, 5,
        ])
      })
    })
  })
}

/** Bursts of one to seven messages, each burst once the one before is acknowledged. */
async function appendInBursts(
  log: ReadingLog,
  organisation: OrganisationId,
  numbers: readonly number[],
): Promise<void> {
  let newest: Position | undefined
  for (let at = 0; at < numbers.length;) {
    const burst = numbers.slice(at, at + 1 + (at % 7))
    const positions = await Promise.all(
      burst.map((number) => log.append(envelope(number, organisation))),
    )
    for (const position of positions) {
      expect(newest === undefined || follows(newest, position)).toBe(true)
      newest = position
    }
    at += burst.length
  }
}

/** Reads on, page by page, whenever there is more, until so many entries were there. */
async function readUntil(
  log: ReadingLog,
  limit: number,
  count: number,
): Promise<readonly LogEntry[]> {
  const all: LogEntry[] = []
  while (all.length < count) {
    const after = all.at(-1)?.position
    await untilHead(log, (head) => head !== undefined && (!after || follows(after, head)))
    all.push(...(await log.read({ limit, ...(after && { after }) })))
  }
  return all
}

function expectEachInOrder(entries: readonly LogEntry[], numbers: readonly number[]): void {
  for (const organisation of organisations) {
    const own = entries.filter(({ record }) => record.organisation === organisation)
    expect(own.map(({ record }) => numberOf(record))).toEqual(numbers)
  }
}

function placesOf(entries: readonly LogEntry[]): readonly Position[] {
  return entries.map(({ position }) => position)
}
