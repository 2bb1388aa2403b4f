import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { readConfig } from '../src/config.ts'
import { findInfluxDaemon, type InfluxDaemon } from '../test/support/influx.ts'
import { watchLive } from './load/live-view.ts'
import { generate, service, type ServiceUnderLoad } from './load/processes.ts'
import { buildTown } from './load/town.ts'
import type { BenchResult } from './result.ts'

const DEVICES = 200
const PER_SECOND = 2_000
const AWAY_SECONDS = 300
/** The load goes on while history is caught up. */
const DRAIN_SECONDS = 90
/** This little behind is what the projector is in quiet times: it gathers for 200 ms. */
const CAUGHT_UP_COMMITS = 100
const LIVE_POINTS = 50

/**
 * The store of history is away for five minutes while 2,000 messages a second come in: how long it
 * takes to catch up when it is back, and what those who look at live values notice of it.
 */
export async function run(): Promise<BenchResult> {
  const influxdb = findInfluxDaemon()
  if (influxdb.kind === 'missing') throw new Error(influxdb.why)
  await using influx = await (await influxdb.start())()
  const folder = await mkdtemp(join(tmpdir(), 'gatuvakt-catch-up-'))
  try {
    const town = await buildTown(readConfig({ env: {}, flags: { data: folder } }), DEVICES)
    await using running = await service(folder, {
      readingStore: { kind: 'influx1', url: influx.url, database: 'bench' },
    })
    const view = await watchLive(
      running.http,
      town.person,
      town.points.slice(0, LIVE_POINTS),
    )
    const sending = generate({
      port: running.port,
      devices: town.single,
      seconds: AWAY_SECONDS + DRAIN_SECONDS,
      readingsPerMessage: 1,
      window: 1,
      perSecond: PER_SECOND,
    })
    const drainSeconds = await awayAndBack(influx, running)
    const { acknowledged } = await sending
    await running.settled()
    view.stop()
    const stored = await countIn(influx)
    if (stored !== acknowledged)
      throw new Error(`${stored} readings are in the history, ${acknowledged} were said`)
    const lags = view.lagsMs.toSorted((a, b) => a - b)
    const liveLagP99Ms = lags[Math.floor(lags.length * 0.99)] ?? Number.NaN
    return {
      bench: 'catch-up',
      figures: { acknowledged, liveValues: lags.length, drainSeconds, liveLagP99Ms },
      checks: [
        { name: 's to catch up', most: 60, measured: drainSeconds },
        { name: 'ms p99 from measured to seen', most: 2_000, measured: liveLagP99Ms },
      ],
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function awayAndBack(
  influx: InfluxDaemon,
  running: ServiceUnderLoad,
): Promise<number> {
  await influx.kill()
  await wait(AWAY_SECONDS * 1_000)
  await influx.start()
  const back = performance.now()
  while ((await running.commitsBehind('projector')) > CAUGHT_UP_COMMITS) await wait(100)
  return (performance.now() - back) / 1_000
}

async function countIn(influx: InfluxDaemon): Promise<number> {
  const answer = await influx.query('SELECT count(number) FROM reading', 'bench')
  const [, count] = /"values":\[\[\d+,(\d+)\]\]/.exec(JSON.stringify(answer)) ?? []
  return Number(count)
}
