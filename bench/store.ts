import { statSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../src/clock.ts'
import type { PointId } from '../src/domain/ids.ts'
import { Problem } from '../src/domain/problem.ts'
import { durationUs, HOUR, later } from '../src/domain/time.ts'
import { openDuckdbStore } from '../src/store/duckdb/open.ts'
import { openInflux1Store } from '../src/store/influx1/open.ts'
import { openInflux2Store } from '../src/store/influx2/open.ts'
import type { ReadingStore } from '../src/store/reading-store.ts'
import { findInfluxDaemon, memoryCursors } from '../test/support/influx.ts'
import { startInflux2Relay } from '../test/support/influx2-relay.ts'
import { temporaryFolder } from '../test/support/temporary.ts'
import {
  type Batch,
  history,
  organisation,
  START,
  TICKS_A_DAY,
  type Town,
} from './load/history.ts'
import { type BenchResult, type Check, median, seconds } from './result.ts'

const month: Town = { points: 10_000, days: 30 }
/** A server takes an hour for a month of a town. */
const twoDays: Town = { points: 1_000, days: 2 }
const RANGES = 101
const MONTHS = 3
const RETRIES = 10
/** A store to be measured, with nothing in it. */
interface Subject extends AsyncDisposable {
  readonly store: ReadingStore
  readonly town: Town
  /** Closes the store and gives what it takes on the disk, where that can be known. */
  readonly closed?: () => Promise<number>
}

/** The stores by the prefix of their figures; a server that is not installed is left out. */
const subjects: Readonly<Record<string, () => Promise<Subject | undefined>>> = {
  duckdb: openDuckdb,
  influx1: () =>
    openInflux((url) =>
      Promise.resolve(
        openInflux1Store({
          url,
          database: 'bench',
          cursors: memoryCursors(),
          clock: systemClock,
        }),
      ),
    ),
  influx2: () =>
    openInflux(async (url, closing) => {
      const token = 'a-token'
      const relay = closing.use(await startInflux2Relay(url, token))
      const address = { url: relay.url, organisation: 'bench', bucket: 'bench', token }
      return openInflux2Store({ ...address, cursors: memoryCursors(), clock: systemClock })
    }),
}

/**
 * How fast a town's readings go into each store and come out again, one of each point in 15 minutes: a
 * month of 10,000 points in DuckDB, two days of 1,000 in a server.
 */
export async function run(): Promise<BenchResult> {
  const figures: Record<string, number> = {}
  for (const [prefix, open] of Object.entries(subjects)) {
    const subject = await open()
    if (subject === undefined) continue
    await using closing = subject
    for (const [name, value] of Object.entries(await measure(closing))) {
      figures[`${prefix}.${name}`] = value
    }
  }
  return { bench: 'store', figures, checks: checksOf(figures) }
}

function checksOf(figures: Readonly<Record<string, number>>): Check[] {
  const measured = (name: string) => figures[`duckdb.${name}`] ?? Number.NaN
  return [
    {
      name: 'rows a second into DuckDB',
      least: 1_000_000,
      measured: measured('insertRowsPerSec'),
    },
    { name: 'ms for a day of one point', most: 10, measured: measured('rangeMs') },
    {
      name: 'ms for the days of a month of all points',
      most: 1_000,
      measured: measured('monthMs'),
    },
  ]
}

async function measure({ store, town, closed }: Subject): Promise<Record<string, number>> {
  let packing = 0
  const rows = { small: 0, large: 0 }
  const took = { small: 0, large: 0 }
  for (const batch of history(town)) {
    took[batch.kind] += await seconds(async () => {
      const before = process.threadCpuUsage()
      const written = store.write(batch.records, batch.cursor)
      const { user, system } = process.threadCpuUsage(before)
      packing += user + system
      // A server that is overrun is asked again, as the projector does.
      await written.catch((error: unknown) => writeAgain(store, batch, error))
    })
    rows[batch.kind] += batch.readings
  }
  const ranges: number[] = []
  for (let n = 0; n < RANGES; n++)
    ranges.push(await seconds(() => readRange(store, town, n)))
  const months: number[] = []
  for (let n = 0; n < MONTHS; n++) months.push(await seconds(() => readDays(store, town)))
  const bytes = await closed?.()
  const all = rows.small + rows.large
  return {
    rows: all,
    insertRowsPerSec: Math.round(rows.large / took.large),
    insertSmallRowsPerSec: Math.round(rows.small / took.small),
    mainThreadNsPerRow: rounded((packing / all) * 1_000),
    rangeMs: rounded(median(ranges) * 1_000),
    [town === month ? 'monthMs' : 'daysMs']: rounded(median(months) * 1_000),
    ...(bytes !== undefined && { bytesPerRow: rounded(bytes / all) }),
  }
}

async function writeAgain(
  store: ReadingStore,
  { records, cursor }: Batch,
  error: unknown,
): Promise<void> {
  let reason = error
  for (let attempt = 0; attempt < RETRIES; attempt++) {
    if (!(reason instanceof Problem) || reason.details.kind !== 'unavailable') throw reason
    try {
      await store.write(records, cursor)
      return
    } catch (again) {
      reason = again
    }
  }
  throw reason
}

/** A day of one point, as a chart asks for it. */
async function readRange(store: ReadingStore, town: Town, n: number): Promise<void> {
  const from = later(START, durationUs(((n * 7) % town.days) * 24 * HOUR))
  const { samples } = await store.series({
    organisation,
    point: (1 + ((n * 4_711) % town.points)) as PointId,
    from,
    to: later(from, durationUs(24 * HOUR)),
    limit: 2_000,
  })
  if (samples.length !== TICKS_A_DAY) throw new Error(`a day has ${samples.length} samples`)
}

/** Lowest, highest and mean value of every point on every day. */
async function readDays(store: ReadingStore, { points, days }: Town): Promise<void> {
  const edges = Array.from({ length: days + 1 }, (_, day) =>
    later(START, durationUs(day * 24 * HOUR)),
  )
  const measures = ['min', 'max', 'mean'] as const
  const { point } = await store.windows({ organisation, edges, measures })
  if (point.length !== points * days) throw new Error(`there are ${point.length} windows`)
}

async function openDuckdb(): Promise<Subject> {
  await using opening = new AsyncDisposableStack()
  const folder = opening.use(await temporaryFolder())
  const file = join(folder.path, 'readings.duckdb')
  const store = opening.use(await openDuckdbStore({ file }))
  const closing = opening.move()
  return {
    store,
    town: month,
    async closed() {
      await store[Symbol.asyncDispose]()
      return statSync(file).size
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

async function openInflux(
  open: (url: string, closing: AsyncDisposableStack) => Promise<ReadingStore>,
): Promise<Subject | undefined> {
  const found = findInfluxDaemon()
  if (found.kind === 'missing') return undefined
  await using opening = new AsyncDisposableStack()
  const daemon = opening.use(await (await found.start())())
  const store = opening.use(await open(daemon.url, opening))
  const closing = opening.move()
  return { store, town: twoDays, [Symbol.asyncDispose]: () => closing.disposeAsync() }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
