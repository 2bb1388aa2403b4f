import { expect, it } from 'vitest'
import { durationUs, later, SECOND, timeUs, type TimeUs } from '../../../src/domain/time.ts'
import { runInWorker } from '../../../src/workshop/backtest/in-worker.ts'
import { audienceIn } from '../../../src/workshop/backtest/audience.ts'
import type { RunLine } from '../../../src/workshop/backtest/messages.ts'
import { backtest, sweep } from '../../../src/rules/backtest/run.ts'
import type { SourcePiece } from '../../../src/rules/backtest/job.ts'
import { slice } from '../../../src/rules/backtest/rows.ts'
import { rule, type Rule } from '../../../src/rules/rule.ts'
import {
  backtestRecording,
  once,
  recordingJob,
  type Recording,
} from '../../../src/workshop/backtest/recording.ts'

const START = timeUs(1_790_000_000_000_000)
const second = (n: number): TimeUs => later(START, durationUs(n * SECOND))

function high(text: object = {}, above = 50): Rule {
  return rule.parse({
    name: { sv: 'hög', nb: 'høy', en: 'high' },
    priority: 2,
    assets: { type: 'pump' },
    condition: { kind: 'threshold', role: 'flow', above, deadband: 5 },
    faultClass: 'high',
    ...text,
  })
}

/** One value a second; labelled where it is above 80. */
function recording(values: readonly (number | null)[]): Recording {
  return {
    at: values.map((_, n) => second(n)),
    values: new Map([['flow', values]]),
    labelled: values.map((value) => value !== null && value > 80),
  }
}

const quiet = Array.from({ length: 60 }, () => 10)
const loud = Array.from({ length: 30 }, () => 90)
const some = Array.from({ length: 20 }, () => 60)
const mixed = recording([...quiet, ...loud, ...quiet, ...some, ...quiet, ...loud, ...quiet])

it('says what was raised, caught and missed, and how late', async () => {
  const delayed = high({ onDelay: '5s', offDelay: '5s' })
  const report = await backtestRecording({ slug: 'high', rule: delayed }, mixed)
  const [arm] = report.arms
  expect(report).toMatchObject({ exact: true, readings: 320, truncated: false })
  expect(arm?.kpis).toMatchObject({ raised: 3, cleared: 3, standingAtEnd: 0, fleeting: 3 })
  expect(arm?.labels).toMatchObject({
    labels: 2,
    caught: 2,
    recall: 1,
    falseAlarms: 1,
    medianDelay: 5,
  })
  expect(arm?.labels?.precision).toBeCloseTo(2 / 3, 3)
  expect(report.occurrences.map(({ seconds }) => seconds)).toEqual([30, 20, 30])
})

it('fires a timer when it is due, also when no reading comes', async () => {
  const at = [0, 1, 2, 3].map(second)
  const gone: Recording = {
    at: [...at, second(600)],
    values: new Map([['flow', [90, 90, 90, 90, 10]]]),
  }
  const text = high({ onDelay: '10s', maxGap: '1m' })
  const report = await backtestRecording({ slug: 'high', rule: text }, gone)
  expect(report.occurrences[0]).toMatchObject({
    raisedAt: '2026-09-21T14:13:30.000Z',
    annunciatedAt: '2026-09-21T14:13:30.000Z',
  })
})

it('gives the same bytes whatever the pieces, in a worker too', async () => {
  const noisy = recording(
    Array.from({ length: 2_000 }, (_, n) => 50 + 40 * Math.sin(n / 7) * Math.cos(n / 31)),
  )
  const rules = [
    { name: 'draft', rule: high({ onDelay: '3s', offDelay: '4s' }) },
    { name: 'live', rule: high({ onDelay: '3s', offDelay: '4s' }, 60) },
  ]
  const { job, town, piece } = recordingJob({ slug: 'high', rules }, noisy)
  const makeAudience = audienceIn(town, job)
  const whole = await lastOf(backtest(job, once(piece), { makeAudience }))
  for (const size of [1, 7, 300]) {
    const inPieces = backtest(job, pieces(piece, size), { makeAudience })
    expect(await lastOf(inPieces)).toEqual(whole)
  }
  const fresh = recordingJob({ slug: 'high', rules }, noisy)
  const worker = runInWorker({
    what: 'backtest',
    job: fresh.job,
    town: fresh.town,
    source: once(fresh.piece),
    list: 1_000,
    signal: new AbortController().signal,
  })
  expect(JSON.stringify(await lastOf(worker))).toBe(JSON.stringify(whole))
  expect(whole).toMatchObject({ kind: 'report' })
})

it('sweeps a parameter in one pass', async () => {
  const rules = [20, 50, 70, 95].map((above) => ({
    name: String(above),
    rule: high({}, above),
  }))
  const { job, town, piece } = recordingJob({ slug: 'high', rules }, mixed)
  const makeAudience = audienceIn(town, job)
  const report = await lastOf(sweep(job, once(piece), { makeAudience }))
  expect(report).toMatchObject({ kind: 'sweep' })
  if (report.kind !== 'sweep') return
  expect(
    report.rows.map(({ value, raised, caught, falseAlarms }) => [
      value,
      raised,
      caught,
      falseAlarms,
    ]),
  ).toEqual([
    ['20', 3, 2, 1],
    ['50', 3, 2, 1],
    ['70', 2, 2, 0],
    ['95', 0, 0, 0],
  ])
})

it('lists what would chatter, with the delay that would help', async () => {
  const flapping = recording(Array.from({ length: 120 }, (_, n) => (n % 4 < 2 ? 90 : 10)))
  const report = await backtestRecording({ slug: 'high', rule: high() }, flapping)
  const [arm] = report.arms
  expect(arm?.kpis.chattering).toBe(1)
  expect(arm?.wouldChatter).toMatchObject([
    { asset: 'recording', mostInAMinute: 15, offDelay: 3 },
  ])
})

it('ends when it is told to', async () => {
  const { job, town, piece } = recordingJob(
    { slug: 'high', rules: [{ name: 'draft', rule: high() }] },
    mixed,
  )
  const stop = new AbortController()
  const lines = runInWorker({
    what: 'backtest',
    job,
    town,
    source: pieces(piece, 10, () => stop.abort(new Error('enough'))),
    list: 1,
    signal: stop.signal,
  })
  await expect(lastOf(lines)).rejects.toThrow('enough')
})

it('says that there was no verdict where nothing was measured', async () => {
  const values = Array.from({ length: 400 }, (_, n) => (n < 200 ? 10 : null))
  const report = await backtestRecording({ slug: 'high', rule: high() }, recording(values))
  expect(report.arms[0]?.unknown).toBeGreaterThan(0.4)
  expect(report.arms[0]?.unknown).toBeLessThan(0.6)
})

async function* pieces(
  piece: SourcePiece,
  size: number,
  then: () => void = () => undefined,
): AsyncGenerator<SourcePiece> {
  if (piece.kind !== 'columns') return
  const { columns } = piece
  for (let first = 0; first < columns.length; first += size) {
    const own = slice(columns, first, Math.min(columns.length, first + size))
    // A piece belongs to whoever takes it, so it must not share memory with the next.
    yield await Promise.resolve({ kind: 'columns', columns: structuredClone(own) })
    then()
  }
}

async function lastOf(lines: AsyncIterable<RunLine>): Promise<RunLine> {
  let last: RunLine | undefined
  for await (const line of lines) last = line
  if (last === undefined) throw new Error('no line')
  return last
}
