import { describe, expect, it } from 'vitest'
import type { Position } from '../../src/domain/position.ts'
import { durationUs, MS, SECOND } from '../../src/domain/time.ts'
import { Lane, type LaneParts } from '../../src/ingest/jetstream-log/lane.ts'
import type { Commit } from '../../src/ingest/jetstream-log/publisher.ts'
import { LogBrokenError, LogFullError } from '../../src/ingest/reading-log.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { envelope, range } from '../contract/reading-log.contract.ts'

/** A commit that was handed to the server, which has not answered yet. */
interface Sent {
  readonly commit: Commit
  readonly signal: AbortSignal
  readonly answer: PromiseWithResolvers<number>
}

/** A lane before a server whose answers the test gives. */
function laneUnderTest(more: Partial<LaneParts> = {}) {
  const clock = createManualClock()
  const sent: Sent[] = []
  const broken: LogBrokenError[] = []
  const lane = new Lane({
    partition: 6,
    epoch: 'e',
    clock,
    groupCommit: { maxDelay: durationUs(5 * MS), maxRecords: 3 },
    commitBytes: 10_000,
    maxWait: durationUs(5 * SECOND),
    publish: (commit, signal) => {
      const answer = Promise.withResolvers<number>()
      sent.push({ commit, signal, answer })
      return answer.promise
    },
    committed: () => undefined,
    settled: () => undefined,
    onBroken: (error) => broken.push(error),
    ...more,
  })
  const append = (numbers: readonly number[]): readonly Promise<Position>[] =>
    numbers.map((n) => lane.append(envelope(n), () => undefined))
  const sizes = (): readonly number[] => sent.map(({ commit }) => commit.records)
  return { lane, clock, sent, broken, append, sizes }
}

/** What has become of each so far. */
async function states(
  appended: readonly Promise<Position>[],
): Promise<readonly ('stored' | 'refused' | 'open')[]> {
  const open = Symbol('open')
  return Promise.all(
    appended.map(async (one) => {
      try {
        return (await Promise.race([one, later(open)])) === open ? 'open' : 'stored'
      } catch {
        return 'refused'
      }
    }),
  )
}

/** Lets everything that is decided already be told first. */
async function later<T>(value: T): Promise<T> {
  await new Promise((resolve) => setImmediate(resolve))
  return value
}

describe('the records of one partition', () => {
  it('go when they are a full commit, or have waited 5 ms', async () => {
    const { clock, append, sizes, sent } = laneUnderTest()
    void append([0, 1])
    expect(sizes()).toEqual([])
    clock.advance(durationUs(5 * MS))
    expect(sizes()).toEqual([2])
    sent[0]?.answer.resolve(1)
    await later(undefined)
    void append([2, 3, 4])
    expect(sizes()).toEqual([2, 3])
  })

  it('go one commit at a time, so that they cannot overtake one another', async () => {
    const { append, sizes, sent } = laneUnderTest()
    const appended = append(range(8))
    expect(sizes()).toEqual([3])
    sent[0]?.answer.resolve(10)
    expect(await states(appended)).toEqual([
      ...Array.from({ length: 3 }, () => 'stored'),
      ...Array.from({ length: 5 }, () => 'open'),
    ])
    expect(sizes()).toEqual([3, 3])
    sent[1]?.answer.resolve(12)
    await later(undefined)
    sent[2]?.answer.resolve(13)
    const positions = await Promise.all(appended)
    expect(positions.map(({ sequence, index }) => [sequence, index])).toEqual([
      [10, 0],
      [10, 1],
      [10, 2],
      [12, 0],
      [12, 1],
      [12, 2],
      [13, 0],
      [13, 1],
    ])
  })

  it('are all refused behind one that was refused, and taken again afterwards', async () => {
    const { append, sent, sizes } = laneUnderTest()
    const appended = append(range(8))
    sent[0]?.answer.reject(new LogFullError('no room'))
    expect(await states(appended)).toEqual(Array.from({ length: 8 }, () => 'refused'))
    const again = append(range(3))
    expect(sizes()).toEqual([3, 3])
    sent[1]?.answer.resolve(1)
    expect(await states(again)).toEqual(['stored', 'stored', 'stored'])
  })

  it('are refused after 5 s without an answer; nothing follows before the last try has ended', async () => {
    const { append, sent, sizes, clock } = laneUnderTest()
    const appended = append(range(4))
    clock.advance(durationUs(5 * SECOND))
    expect(await states(appended)).toEqual(Array.from({ length: 4 }, () => 'refused'))
    expect(sent[0]?.signal.aborted).toBe(true)
    const again = append(range(3))
    expect(sizes()).toEqual([3])
    // It was stored after all; the sender was told that it may not have been, and repeats it.
    sent[0]?.answer.resolve(7)
    await later(undefined)
    expect(sizes()).toEqual([3, 3])
    sent[1]?.answer.resolve(8)
    expect((await Promise.all(again)).map(({ sequence }) => sequence)).toEqual([8, 8, 8])
  })

  it('wait for 5 s each, not longer because others wait before them', async () => {
    const { append, clock, sent } = laneUnderTest()
    const first = append(range(3))
    clock.advance(durationUs(4 * SECOND))
    const second = append(range(3))
    sent[0]?.answer.resolve(1)
    expect(await states(first)).toEqual(['stored', 'stored', 'stored'])
    clock.advance(durationUs(4 * SECOND))
    expect(await states(second)).toEqual(['open', 'open', 'open'])
    clock.advance(durationUs(SECOND))
    expect(await states(second)).toEqual(['refused', 'refused', 'refused'])
  })

  it('fill no commit beyond its bytes, but one may be larger alone', async () => {
    const { append, lane, sent, sizes, clock } = laneUnderTest({ commitBytes: 500 })
    const large = { ...envelope(1), payload: new Uint8Array(2_000) }
    void append([0])
    const alone = lane.append(large, () => undefined)
    void append([2])
    expect(sizes()).toEqual([1])
    sent[0]?.answer.resolve(1)
    await later(undefined)
    sent[1]?.answer.resolve(2)
    expect(await alone).toMatchObject({ sequence: 2, index: 0 })
    clock.advance(durationUs(5 * MS))
    expect(sizes()).toEqual([1, 1, 1])
  })

  it('take a record that cannot be stored for what it is, and go on', async () => {
    const { append, lane, sent, sizes, clock } = laneUnderTest()
    const broken = { ...envelope(1), topic: 'half \uD800' }
    expect(() => lane.append(broken, () => undefined)).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ kind: 'invalid' }) }),
    )
    expect(clock.pending()).toBe(0)
    const [appended] = append([2])
    clock.advance(durationUs(5 * MS))
    expect(sizes()).toEqual([1])
    sent[0]?.answer.resolve(1)
    expect(await appended).toMatchObject({ sequence: 1 })
    expect(clock.pending()).toBe(0)
  })

  it('break the log when the stream gives a sequence a second time', async () => {
    const { append, sent, broken } = laneUnderTest()
    const appended = append(range(7))
    sent[0]?.answer.resolve(4)
    await later(undefined)
    sent[1]?.answer.resolve(4)
    expect(await states(appended)).toEqual([
      ...Array.from({ length: 3 }, () => 'stored'),
      ...Array.from({ length: 4 }, () => 'refused'),
    ])
    expect(broken).toEqual([expect.any(LogBrokenError)])
  })
})
