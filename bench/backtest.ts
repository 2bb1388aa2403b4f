import { join } from 'node:path'
import { durationUs, HOUR, later, MINUTE } from '../src/domain/time.ts'
import type { PointId } from '../src/domain/ids.ts'
import type { BacktestJob, RulesFrom, SourcePiece } from '../src/rules/backtest/job.ts'
import { ruleFacts } from '../src/configuration/activate.ts'
import { runInWorker } from '../src/workshop/backtest/in-worker.ts'
import type { PastTown } from '../src/workshop/backtest/past-town.ts'
import type { BacktestReport } from '../src/rules/backtest/report.ts'
import type { RuleTarget } from '../src/rules/detector.ts'
import { rule, type Rule } from '../src/rules/rule.ts'
import { openDuckdbStore } from '../src/store/duckdb/open.ts'
import type { ReadingStore } from '../src/store/reading-store.ts'
import { temporaryFolder } from '../test/support/temporary.ts'
import { history, organisation, START, TICKS_A_DAY, type Town } from './load/history.ts'
import { type BenchResult, seconds } from './result.ts'

/** A month of a town, a reading of each asset every 15 minutes. */
const town: Town = { points: 5_000, days: 30 }
const to = later(START, durationUs((town.days + 1) * 24 * HOUR))

/**
 * A draft rule over a month of a town, from the store's worker to the report of the backtest's: a limit
 * with deadband and both delays on every asset.
 */
export async function run(): Promise<BenchResult> {
  await using folder = await temporaryFolder()
  await using store = await openDuckdbStore({ file: join(folder.path, 'readings.duckdb') })
  for (const { records, cursor } of history(town)) await store.write(records, cursor)

  const scanSeconds = await seconds(async () => {
    let rows = 0
    for await (const { columns } of pieces(store)) rows += columns.length
    if (rows !== readingsOf(town)) throw new Error(`the scan gave ${rows} readings`)
  })

  const began = performance.now()
  let firstPartialMs = Number.NaN
  let report: BacktestReport | undefined
  const signal = new AbortController().signal
  const source = pieces(store)
  for await (const line of runInWorker({
    what: 'backtest',
    job,
    town: pastTown,
    source,
    list: 100,
    signal,
  })) {
    if (Number.isNaN(firstPartialMs)) firstPartialMs = performance.now() - began
    if (line.kind === 'report') report = line
  }
  const took = (performance.now() - began) / 1_000
  const kpis = report?.arms[0]?.kpis
  if (report === undefined || kpis === undefined) throw new Error('no report')
  const { readings } = report
  const figures = {
    readings,
    seconds: Math.round(took * 100) / 100,
    firstPartialMs: Math.round(firstPartialMs),
    readingsPerSec: Math.round(readings / took),
    scanRowsPerSec: Math.round(readingsOf(town) / scanSeconds),
    raised: kpis.raised,
    annunciations: kpis.annunciations,
    neverTold: kpis.neverTold,
    floods: kpis.floods,
  }
  return {
    bench: 'backtest',
    figures,
    checks: [
      { name: 'readings of a month', least: readingsOf(town), measured: figures.readings },
      {
        name: 's for a rule over a month of 5,000 assets',
        most: 10,
        measured: figures.seconds,
      },
      { name: 'ms to the first partial', most: 1_000, measured: figures.firstPartialMs },
      {
        name: 'arrivals a second from the store',
        least: 2_000_000,
        measured: figures.scanRowsPerSec,
      },
    ],
  }
}

function readingsOf({ points, days }: Town): number {
  return points * days * TICKS_A_DAY
}

async function* pieces(
  store: ReadingStore,
): AsyncGenerator<SourcePiece & { readonly kind: 'columns' }> {
  for await (const columns of store.scanColumns({ organisation, from: START, to })) {
    yield { kind: 'columns', columns }
  }
}

const hot: Rule = rule.parse({
  name: { sv: 'het', nb: 'het', en: 'hot' },
  priority: 3,
  assets: { type: 'lamp' },
  condition: { kind: 'threshold', role: 'level', above: 33.4, deadband: 2 },
  onDelay: '20m',
  offDelay: '20m',
  faultClass: 'hot',
})

const targets = Array.from({ length: town.points }, (_, n): RuleTarget => {
  return {
    ruleId: 'hot',
    ruleVersion: 1,
    rule: hot,
    asset: `asset-${n + 1}`,
    points: new Map([['level', (n + 1) as PointId]]),
    devices: [`device-${n + 1}`],
    interval: durationUs(15 * MINUTE),
    attributes: {},
  }
})

const rules: RulesFrom = {
  position: { epoch: 'bench', partition: 0, sequence: 0, index: 0 },
  ingest: START,
  rules: { organisation, version: 1, zone: 'Europe/Stockholm', targets },
}

const job: BacktestJob = {
  organisation,
  rule: 'hot',
  from: START,
  to,
  arms: [{ name: 'draft', rules: [rules], timers: 'punctual' }],
  controls: [],
  labels: [],
  reports: [],
  judged: [],
  onlyOldest: [],
  inexact: [],
}

/** Lamps below cabinets of a hundred, one desk, and work on a tenth of them every night. */
const pastTown: PastTown = {
  towns: [
    {
      version: 1,
      ingest: START,
      assets: new Map(
        targets.map(({ asset }, n) => [
          asset,
          { type: 'Streetlight', parents: [{ edge: 'FEEDS', asset: cabinetOf(n) }] },
        ]),
      ),
      rules: new Map([['hot', ruleFacts(hot)]]),
      desks: new Map([['control-room', {}]]),
      watched: new Map([['hot', new Set(targets.map(({ asset }) => asset))]]),
    },
  ],
  drafts: new Map([['draft', ruleFacts(hot)]]),
  windows: Array.from({ length: town.days }, (_, day) => {
    const from = later(START, durationUs(day * 24 * HOUR))
    return {
      organisation,
      id: `night-${day}`,
      scope: JSON.stringify({
        assets: targets.slice(0, town.points / 10).map(({ asset }) => asset),
      }),
      from_at: from,
      to_at: later(from, durationUs(6 * HOUR)),
      by: 'bench',
      reason: 'lamps are exchanged',
      created_at: START,
      ended_at: null,
      ended_by: null,
    }
  }),
  others: [],
}

function cabinetOf(n: number): string {
  return `cabinet-${Math.floor(n / 100)}`
}
