import { statSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../src/clock.ts'
import type { OrganisationId, PointId } from '../src/domain/ids.ts'
import type { Position } from '../src/domain/position.ts'
import { Problem } from '../src/domain/problem.ts'
import type { Reading } from '../src/domain/reading.ts'
import { durationUs, HOUR, later, MINUTE, MS, timeUs } from '../src/domain/time.ts'
import { openDuckdbStore } from '../src/store/duckdb/open.ts'
import { openInflux1Store } from '../src/store/influx1/open.ts'
import { openInflux2Store } from '../src/store/influx2/open.ts'
import type { ReadingsOfRecord, ReadingStore } from '../src/store/reading-store.ts'
import { findInfluxDaemon, memoryCursors } from '../test/support/influx.ts'
import { startInflux2Relay } from '../test/support/influx2-relay.ts'
import { temporaryFolder } from '../test/support/temporary.ts'
import { type BenchResult, type Check, median, seconds } from './result.ts'

const POINTS = 10_000
const TICK = durationUs(15 * MINUTE)
const TICKS_A_DAY = 96
const DAYS = 30
/** A server takes minutes for a month. */
const SERVER_DAYS = 2
/** A gateway speaks for ten points, and the projector takes up to 5,000 records at a time. */
const READINGS_A_RECORD = 10
const RECORDS_A_WRITE = 5_000
const RANGES = 101
const MONTHS = 3
const RETRIES = 10
const organisation = 'bench' as OrganisationId
const START = timeUs(1_790_000_000_000_000)

/** A store to be measured, with nothing in it. */
interface Subject extends AsyncDisposable {
  readonly store: ReadingStore
  readonly days: number
  /** Closes the store and gives what it takes on the disk, where that can be known. */
  readonly closed?: () => Promise<number>
}

interface Batch {
  readonly records: readonly ReadingsOfRecord[]
  readonly cursor: Position
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
 * How fast a town's readings go into each store and come out again: 10,000 points, one reading in 15
 * minutes each, a month of it in DuckDB and two days of it in a server.
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

async function measure({ store, days, closed }: Subject): Promise<Record<string, number>> {
  const rows = POINTS * TICKS_A_DAY * days
  let packing = 0
  let writing = 0
  for (const { records, cursor } of history(days)) {
    writing += await seconds(async () => {
      const before = process.threadCpuUsage()
      const written = store.write(records, cursor)
      const { user, system } = process.threadCpuUsage(before)
      packing += user + system
      // A server that is overrun is asked again, as the projector does.
      await written.catch((error: unknown) => writeAgain(store, { records, cursor }, error))
    })
  }
  const ranges: number[] = []
  for (let n = 0; n < RANGES; n++)
    ranges.push(await seconds(() => readRange(store, days, n)))
  const months: number[] = []
  for (let n = 0; n < MONTHS; n++) months.push(await seconds(() => readMonth(store, days)))
  const bytes = await closed?.()
  return {
    rows,
    insertRowsPerSec: Math.round(rows / writing),
    mainThreadNsPerRow: rounded((packing / rows) * 1_000),
    rangeMs: rounded(median(ranges) * 1_000),
    [days === DAYS ? 'monthMs' : 'daysMs']: rounded(median(months) * 1_000),
    ...(bytes !== undefined && { bytesPerRow: rounded(bytes / rows) }),
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
async function readRange(store: ReadingStore, days: number, n: number): Promise<void> {
  const from = later(START, durationUs(((n * 7) % days) * 24 * HOUR))
  const { samples } = await store.series({
    organisation,
    point: (1 + ((n * 4_711) % POINTS)) as PointId,
    from,
    to: later(from, durationUs(24 * HOUR)),
    limit: 2_000,
  })
  if (samples.length !== TICKS_A_DAY) throw new Error(`a day has ${samples.length} samples`)
}

/** Lowest, highest and mean value of every point on every day. */
async function readMonth(store: ReadingStore, days: number): Promise<void> {
  const edges = Array.from({ length: days + 1 }, (_, day) =>
    later(START, durationUs(day * 24 * HOUR)),
  )
  const measures = ['min', 'max', 'mean'] as const
  const { point } = await store.windows({ organisation, edges, measures })
  if (point.length !== POINTS * days) throw new Error(`there are ${point.length} windows`)
}

function* history(days: number): Generator<Batch> {
  const total = (POINTS * TICKS_A_DAY * days) / READINGS_A_RECORD
  for (let first = 0; first < total; first += RECORDS_A_WRITE) {
    const length = Math.min(RECORDS_A_WRITE, total - first)
    const records = Array.from({ length }, (_, n) => recordAt(first + n))
    yield { records, cursor: positionOf(first + length - 1) }
  }
}

/** The readings of ten neighbours at one tick: noisy waves with two decimals. */
function recordAt(number: number): ReadingsOfRecord {
  const firstPoint = (number * READINGS_A_RECORD) % POINTS
  const tick = Math.floor((number * READINGS_A_RECORD) / POINTS)
  const measured = later(START, durationUs(tick * TICK + firstPoint * 80 * MS))
  const ingest = later(measured, durationUs((20 + (number % 97)) * MS))
  const readings = Array.from({ length: READINGS_A_RECORD }, (_, n): Reading => {
    const wave = 5 * Math.sin(firstPoint + n + tick / TICKS_A_DAY)
    return {
      point: (1 + firstPoint + n) as PointId,
      value: rounded(20 + wave + Math.random() * 9),
      quality: 'good',
      code: 'ok',
      effective: measured,
      source: measured,
      ingest,
      flags: 0,
      typeVersion: 1,
    }
  })
  return { organisation, position: positionOf(number), readings }
}

/** Ten records a commit. */
function positionOf(number: number): Position {
  const [sequence, index] = [1 + Math.floor(number / 10), number % 10]
  return { epoch: 'bench', partition: 0, sequence, index }
}

async function openDuckdb(): Promise<Subject> {
  await using opening = new AsyncDisposableStack()
  const folder = opening.use(await temporaryFolder())
  const file = join(folder.path, 'readings.duckdb')
  const store = opening.use(await openDuckdbStore({ file }))
  const closing = opening.move()
  return {
    store,
    days: DAYS,
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
  return { store, days: SERVER_DAYS, [Symbol.asyncDispose]: () => closing.disposeAsync() }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
