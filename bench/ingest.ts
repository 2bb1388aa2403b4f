import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../src/config.ts'
import { openDuckdbStore } from '../src/store/duckdb/open.ts'
import { diskP99Ms, generate, plainBroker, service } from './load/processes.ts'
import { benchTown, buildTown, type Town } from './load/town.ts'
import { type BenchResult, median } from './result.ts'

const CONNECTIONS = 200
const WINDOW = 20
const PLAIN_SECONDS = 8
const SINGLE_SECONDS = 60
const TEN_SECONDS = 20
const SERIAL_SECONDS = 20
const SERIAL_PER_SECOND = 2_000

/** A device of this bench speaks as fast as it is let; the defaults are for one that does not. */
const settings = {
  mqtt: { limits: { packetsPerSecond: 1_000_000, burst: 1_000_000, pending: 8_000 } },
}

/**
 * Messages through the whole service (durable, decoded, ruled and in the history) beside a broker
 * alone that does nothing of it, with the generator on the same machine.
 */
export async function run(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'gatuvakt-ingest-'))
  try {
    const config = readConfig({ env: {}, flags: { data: folder } })
    const town = await buildTown(config, CONNECTIONS)
    const before = await plain(town)
    await startOnce(folder)
    const single = await through(folder, town.single, {
      seconds: SINGLE_SECONDS,
      values: 1,
    })
    const after = await plain(town)
    const ten = await through(folder, town.ten, { seconds: TEN_SECONDS, values: 10 })
    const serial = await patiently(folder, town)
    const stored = await rowsOf(folder)
    const expected = single.acknowledged + 10 * ten.acknowledged + serial.seen.acknowledged
    if (stored !== expected)
      throw new Error(`${stored} readings are in the history, ${expected} were said`)
    const plainPerSec = median([before, after])
    const ratioToPlainBroker = single.perSec / plainPerSec
    const batchedReadingsPerSec = 10 * ten.perSec
    const { p50 = Number.NaN, p99 = Number.NaN } = serial.seen.latencyMs ?? {}
    const pubackBoundMs = Math.max(25, 5 + 2 * serial.diskMs)
    return {
      bench: 'ingest',
      figures: {
        plainBrokerPerSec: Math.round(plainPerSec),
        messagesPerSec: Math.round(single.perSec),
        ratioToPlainBroker,
        batchedReadingsPerSec: Math.round(batchedReadingsPerSec),
        pubackP50Ms: p50,
        pubackP99Ms: p99,
        diskP99Ms: serial.diskMs,
        pubackBoundMs,
        rssMb: Math.round(single.residentMb),
      },
      checks: [
        { name: 'of a broker alone', least: 0.5, measured: ratioToPlainBroker },
        { name: 'messages a second', least: 100_000, measured: single.perSec },
        { name: 'readings a second', least: 500_000, measured: batchedReadingsPerSec },
        { name: 'ms p99 to PUBACK', most: pubackBoundMs, measured: p99 },
        { name: 'MB resident', most: 500, measured: single.residentMb },
      ],
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/**
 * The first start after an installation strips types and compiles, in every thread, and keeps 50 MB for
 * it; every later one finds that done. What is measured is any day but the first.
 */
async function startOnce(folder: string): Promise<void> {
  await using running = await service(folder, settings)
  await running.settled()
}

async function plain(town: Town): Promise<number> {
  await using broker = await plainBroker()
  const seen = await generate({
    port: broker.port,
    devices: town.single,
    seconds: PLAIN_SECONDS,
    readingsPerMessage: 1,
    window: WINDOW,
  })
  return seen.acknowledged / seen.seconds
}

/** As fast as it goes. The time counts until the last message is in the history. */
async function through(
  folder: string,
  devices: Town['single'],
  { seconds, values }: { readonly seconds: number; readonly values: number },
) {
  await using running = await service(folder, settings)
  const { port } = running
  const order = { port, devices, seconds, readingsPerMessage: values, window: WINDOW }
  const { acknowledged, seconds: sending } = await generate(order)
  const residentMb = await running.residentMb()
  const stopped = performance.now()
  await running.settled()
  const behind = (performance.now() - stopped) / 1_000
  return { acknowledged, perSec: acknowledged / (sending + behind), residentMb, behind }
}

/** Devices that wait for each acknowledgement; the disk is tried before and after. */
async function patiently(folder: string, town: Town) {
  const before = await diskP99Ms(folder)
  await using running = await service(folder, settings)
  const seen = await generate({
    port: running.port,
    devices: town.single,
    seconds: SERIAL_SECONDS,
    readingsPerMessage: 1,
    window: 1,
    perSecond: SERIAL_PER_SECOND,
  })
  await running.settled()
  return { seen, diskMs: Math.max(before, await diskP99Ms(folder)) }
}

/** How many readings the history holds. */
async function rowsOf(folder: string): Promise<number> {
  await using store = await openDuckdbStore({ file: join(folder, 'readings.duckdb') })
  let rows = 0
  for (const { point } of await store.latest(benchTown)) {
    rows += (await store.totals(benchTown, point)).count
  }
  return rows
}
