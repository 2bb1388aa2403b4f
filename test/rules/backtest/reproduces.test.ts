import { join } from 'node:path'
import { expect, it } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { transitionId } from '../../../src/alarms/ids.ts'
import { createConfigurations } from '../../../src/configuration/configurations.ts'
import { openSqliteDatabase } from '../../../src/database/sqlite/open.ts'
import type { LogEntry } from '../../../src/domain/log-record.ts'
import { timeUs } from '../../../src/domain/time.ts'
import type { DetectorTransition } from '../../../src/domain/transition.ts'
import { loggedPast } from '../../../src/ingest/logged-past.ts'
import { openSqliteLog } from '../../../src/ingest/sqlite-log/open.ts'
import type {
  BacktestJob,
  LoggedControl,
  RulesFrom,
  SourcePiece,
} from '../../../src/rules/backtest/job.ts'
import { transitionsOf } from '../../../src/rules/backtest/run.ts'
import { openDuckdbStore } from '../../../src/store/duckdb/open.ts'
import type { ReadingStore } from '../../../src/store/reading-store.ts'
import { seededRandom } from '../../../simulators/seeded-random.ts'
import { strandkoping } from '../../support/service.ts'
import { temporaryFolder } from '../../support/temporary.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'
import { playHour } from './past.ts'

const range = { organisation: strandkoping, from: timeUs(0), to: timeUs(9e15) }

it('the live rules over the log and over the store give the alarm history, word for word', async () => {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  await playHour(folder.path, clock, 4_711)
  await using past = await openPast(folder.path, clock)
  const { told, job, log, configurations, store } = past

  // The log brings its own control records.
  const fromLog = await said(
    { ...job, controls: [] },
    loggedPast({ log, configurations }, range),
  )
  expect(fromLog).toEqual(told)
  expect(await store.keepsArrivals(range)).toBe(true)
  const fromStore = await said(job, pieces(store))
  expect(fromStore).toEqual(told)

  // The hour was worth it: something was raised, cleared, late and after each change.
  const events = told.map(({ event }) => event)
  expect(events.filter((event) => event === 'raised').length).toBeGreaterThan(20)
  expect(events.filter((event) => event === 'cleared').length).toBeGreaterThan(10)
  expect(new Set(told.map(({ ruleVersion }) => ruleVersion)).size).toBeGreaterThan(1)
}, 120_000)

/** What the detector said, as the journal has it. */
interface Said {
  readonly id: string
  readonly event: string
  readonly at: number
  readonly historical: number
  readonly ruleVersion: number | null
  readonly evidence: unknown
}

async function openPast(folder: string, clock: VirtualClock) {
  await using opening = new AsyncDisposableStack()
  const random = seededRandom(1)
  const database = opening.use(
    await openSqliteDatabase({
      file: join(folder, 'gatuvakt.sqlite'),
      clock,
      realTime: systemClock,
    }),
  )
  const log = opening.use(
    await openSqliteLog({ file: join(folder, 'log.sqlite'), clock, random }),
  )
  const store = opening.use(
    await openDuckdbStore({ file: join(folder, 'readings.duckdb') }),
  )
  const configurations = createConfigurations(database)
  const rows = await database
    .read(strandkoping)
    .selectFrom('transition')
    .select(['id', 'event', 'at', 'historical', 'rule_version', 'evidence'])
    .where('actor', '=', 'detector')
    .execute()
  const told = rows
    .map(({ id, event, at, historical, rule_version: ruleVersion, evidence }): Said => {
      return { id, event, at, historical, ruleVersion, evidence: JSON.parse(evidence) }
    })
    .toSorted(byId)
  const entries = await log.read({ limit: 100_000 })
  const rules: RulesFrom[] = []
  for (const { position, record } of entries) {
    if (record.kind !== 'control' || record.control !== 'activation') continue
    const { rules: own } = await configurations.at(strandkoping, record.version)
    rules.push({ position, ingest: record.ingest, rules: own })
  }
  const job: BacktestJob = {
    ...range,
    rule: undefined,
    arms: [{ name: 'live', rules, timers: 'recorded' }],
    controls: entries.flatMap(controlOf),
    labels: [],
    reports: [],
    judged: [],
    onlyOldest: [],
    inexact: [],
  }
  const stack = opening.move()
  const close = (): Promise<void> => stack.disposeAsync()
  return { told, job, log, configurations, store, [Symbol.asyncDispose]: close }
}

function controlOf({ position, record }: LogEntry): LoggedControl[] {
  if (record.kind !== 'control' || record.control === 'activation') return []
  if (record.control === 'heartbeat') return []
  return [{ position, record }]
}

async function* pieces(store: ReadingStore): AsyncGenerator<SourcePiece> {
  for await (const columns of store.scanColumns(range)) yield { kind: 'columns', columns }
}

async function said(
  job: BacktestJob,
  source: AsyncIterable<SourcePiece>,
): Promise<readonly Said[]> {
  const found: Said[] = []
  for await (const transitions of transitionsOf(job, source)) {
    found.push(...transitions.map(saidOf))
  }
  return found.toSorted(byId)
}

function saidOf(one: DetectorTransition): Said {
  const { event, at, historical, ruleVersion, evidence } = one
  const id = transitionId(one)
  return { id, event, at, historical: historical ? 1 : 0, ruleVersion, evidence }
}

function byId(a: Said, b: Said): number {
  return a.id < b.id ? -1 : 1
}
