/** Roll-ups that are interrupted, repeated and overtaken, against a real server. */

import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { durationUs, MINUTE, timeUs, type TimeUs } from '../../src/domain/time.ts'
import type { InfluxServer } from '../../src/store/influx/influx-server.ts'
import { InfluxStore } from '../../src/store/influx/store.ts'
import { Influx1Server } from '../../src/store/influx1/server.ts'
import type { Keep, ReadingStore, StoredReading } from '../../src/store/reading-store.ts'
import {
  bad,
  gata,
  position,
  power,
  reading,
  scanned,
  write,
} from '../contract/reading-store.fixtures.ts'
import {
  modelWindows,
  rowsOfWindows,
  type WindowRow,
} from '../contract/reading-store.model.ts'
import { findInfluxDaemon, memoryCursors, type InfluxDaemon } from '../support/influx.ts'
import { describeWithService } from '../support/services.ts'

const width = durationUs(10 * MINUTE)
const counted = ['count', 'min', 'max', 'mean', 'last'] as const

function minute(n: number): TimeUs {
  return timeUs(Date.UTC(2026, 10, 20) * 1_000 + Math.round(n * MINUTE))
}

function at(sequence: number, n: number, value: number, other: object = {}): StoredReading {
  return reading(sequence, 0, value, {
    effective: minute(n),
    ingest: minute(n),
    ...other,
  })
}

function keepUntil(n: number): Keep {
  const rollUp = { width, since: minute(0) }
  return { organisation: gata, points: [power], rawSince: minute(n), rollUp }
}

describeWithService('influx', findInfluxDaemon(), (start) => {
  const running = new AsyncDisposableStack()
  let daemon: InfluxDaemon
  let test = 0
  beforeAll(async () => {
    daemon = running.use(await (await start())())
  })
  beforeEach(() => void test++)
  afterAll(() => running.disposeAsync())

  const server = () =>
    new Influx1Server({ url: daemon.url, database: `r${test}` }, systemClock)

  /** Does something of the test's before it writes or asks. */
  const meddled = (before: Partial<Pick<InfluxServer, 'ask' | 'write'>>): InfluxServer => {
    const real = server()
    return {
      async write(lines) {
        await before.write?.(lines)
        await real.write(lines)
      },
      async ask(question) {
        await before.ask?.(question)
        return await real.ask(question)
      },
      [Symbol.asyncDispose]: () => real[Symbol.asyncDispose](),
    }
  }

  it('adds nothing twice when it was killed before it deleted what it had rolled up', async () => {
    const cursors = memoryCursors()
    const history = Array.from({ length: 25_000 }, (_, n) => at(1, n / 20, (n * 7) % 31))
    const edges = Array.from({ length: 126 }, (_, n) => minute(n * 10))
    let left = 2
    const dying = new InfluxStore(
      meddled({
        // Two pages of windows are written, the third is not; the next time nothing is deleted.
        write: ([line = '']) =>
          line.startsWith('rolled_up') && left-- <= 0
            ? Promise.reject(new Error('killed'))
            : Promise.resolve(),
        ask: ({ statements: [statement = ''] }) =>
          statement.startsWith('DELETE')
            ? Promise.reject(new Error('killed'))
            : Promise.resolve([]),
      }),
      cursors,
    )
    await write(dying, history, position(1))
    const before = await countedWindows(dying, edges)
    await expect(dying.retain(keepUntil(1_250))).rejects.toThrow('killed')
    expect(await countedWindows(dying, edges)).toEqual(before)
    left = Infinity
    await expect(dying.retain(keepUntil(1_250))).rejects.toThrow('killed')
    expect(await countedWindows(dying, edges)).toEqual(before)
    await dying[Symbol.asyncDispose]()

    await using again = new InfluxStore(server(), cursors)
    expect(await again.retain(keepUntil(1_250))).toEqual({ deleted: 25_000 })
    expect(await scanned(again)).toEqual([])
    expect(await countedWindows(again, edges)).toEqual(before)
  })

  it('deletes no reading that came while it was reading the old ones', async () => {
    const late = [at(2, 3.5, 500), at(2, 14.5, -500)]
    let store: ReadingStore | undefined
    let sent: Promise<void> | undefined
    const meddling = meddled({
      write: ([line = '']) => {
        // Between the windows and the deletion; it waits for its turn.
        if (line.startsWith('rolled_up') && store !== undefined) {
          sent ??= write(store, late, position(2))
        }
        return Promise.resolve()
      },
    })
    await using own = new InfluxStore(meddling, memoryCursors())
    store = own
    await write(
      own,
      Array.from({ length: 20 }, (_, n) => at(1, n, n)),
      position(1),
    )
    expect(await own.retain(keepUntil(20))).toEqual({ deleted: 22 })
    await sent
    expect(await scanned(own)).toEqual([])
    expect(await countedWindows(own, [0, 10, 20].map(minute))).toEqual([
      [0, 11, 0, 500, 545 / 11, 9],
      [1, 11, -500, 19, -355 / 11, 19],
    ])
  })

  it('gives the windows of the whole history, however it was rolled up in between', async () => {
    const anyReading = fc.record({
      n: fc.integer({ min: 0, max: 599 }),
      value: fc.integer({ min: -50, max: 50 }),
      other: fc.constantFrom({}, {}, {}, bad),
    })
    const anyStep = fc.record({
      readings: fc.uniqueArray(anyReading, { maxLength: 40, selector: ({ n }) => n }),
      rolledUntil: fc.integer({ min: 0, max: 60 }),
    })
    const edges = [0, 10, 20, 40, 50, 60].map(minute)
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 3 }), async (steps) => {
        test++
        await using store = new InfluxStore(server(), memoryCursors())
        const heard = new Map<number, StoredReading>()
        for (const [step, { readings, rolledUntil }] of steps.entries()) {
          const batch = readings
            // A reading of a time that is rolled up already would be counted as another one.
            .filter(({ n }) => !heard.has(n))
            .map(({ n, value, other }) => at(step + 1, n / 10, value, other))
          for (const one of batch)
            heard.set((one.effective - minute(0)) / (MINUTE / 10), one)
          await write(store, batch, position(step + 1))
          await store.retain(keepUntil(rolledUntil))
        }
        const expected = modelWindows([...heard.values()], { edges })
        expect(await countedWindows(store, edges)).toEqual(
          expected.filter(({ count }) => count > 0).map(nearRow),
        )
      }),
      { numRuns: 12 },
    )
  })

  it('reads the rows where the windows are of a hundred lengths, with the same result', async () => {
    await using store = new InfluxStore(server(), memoryCursors())
    const history = Array.from({ length: 3_000 }, (_, n) => at(1, n / 10, (n * 13) % 17))
    await write(store, history, position(1))
    await store.retain(keepUntil(100))
    // 1, 2, 3 … ten minutes, each ten minutes' edge of the roll-up among them.
    const edges = [0, 10, 30, 60, 100].map(minute)
    for (let n = 1; n <= 150; n++) edges.push(minute(100 + n + (n % 2) * 0.3))
    const expected = modelWindows(history, { edges })
    expect(await countedWindows(store, edges)).toEqual(expected.map(nearRow))
  })
})

async function countedWindows(
  store: ReadingStore,
  edges: readonly TimeUs[],
): Promise<readonly (readonly number[])[]> {
  const request = { organisation: gata, points: [power], edges, measures: counted }
  return rowsOfWindows(await store.windows(request)).map(countedRow)
}

function countedRow(row: WindowRow): readonly number[] {
  return [row.window, row.count, row.min, row.max, row.mean, row.last]
}

function nearRow(row: WindowRow): unknown {
  return countedRow(row).map((value) => expect.closeTo(value, 9))
}
