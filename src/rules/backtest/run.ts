import { toIso, timeUs, type TimeUs } from '../../domain/time.ts'
import type { DetectorTransition } from '../../domain/transition.ts'
import { ArmRun } from './arm-run.ts'
import type { Audience, MakeAudience } from './audience.ts'
import type { BacktestJob, SourcePiece } from './job.ts'
import { reportOf, type BacktestPartial, type BacktestReport } from './report.ts'
import { sweepReportOf, type SweepReport } from './sweep.ts'

export interface RunOptions {
  /** Who makes of what a rule says what people hear. */
  readonly makeAudience: MakeAudience
  /** Ends the work before its next piece, with the signal's reason. */
  readonly signal?: AbortSignal
  /** Occurrences in the report, at most 10,000; default 1,000. */
  readonly list?: number
}

/**
 * Runs the arms over the past with the detector that runs live, all of them in one pass. Gives a
 * partial for each piece of the source and the report as the last. Touches nothing: the same job and
 * source give the same bytes.
 */
export async function* backtest(
  job: BacktestJob,
  source: AsyncIterable<SourcePiece>,
  { signal, makeAudience, list = 1_000 }: RunOptions,
): AsyncGenerator<BacktestPartial | BacktestReport> {
  const runs = job.arms.map((arm) => new ArmRun(arm, job, { makeAudience }))
  const readings = yield* play(job, runs, source, signal)
  yield reportOf(runs, job, { readings, list })
}

/**
 * What the first arm says, word for word: with the recorded timers and the rules of each time these
 * are the transitions that the alarms were told then, with the same ids.
 */
export async function* transitionsOf(
  job: BacktestJob,
  source: AsyncIterable<SourcePiece>,
): AsyncGenerator<readonly DetectorTransition[]> {
  let said: DetectorTransition[] = []
  const hear = (transitions: readonly DetectorTransition[]): void =>
    void said.push(...transitions)
  const options = { hear, makeAudience: () => nobody }
  const runs = job.arms.slice(0, 1).map((arm) => new ArmRun(arm, job, options))
  for await (const piece of source) {
    for (const run of runs) {
      feed(run, piece)
      await run.hearing.settle()
    }
    yield said
    said = []
  }
  for (const run of runs) run.end()
  yield said
}

/** Takes everything and tells nobody. */
const nobody: Audience = {
  take: () => Promise.resolve(),
  pass: () => Promise.resolve(),
  floods: () => ({ count: 0, seconds: 0 }),
}

/** Occurrences kept of each value of a sweep; more are counted. */
const keptAValue = 20_000

/** The same for the values of one parameter, each an arm that is named by its value. */
export async function* sweep(
  job: BacktestJob,
  source: AsyncIterable<SourcePiece>,
  { signal, makeAudience }: Omit<RunOptions, 'list'>,
): AsyncGenerator<BacktestPartial | SweepReport> {
  const options = { makeAudience, keepAtMost: keptAValue }
  const runs = job.arms.map((arm) => new ArmRun(arm, job, options))
  const readings = yield* play(job, runs, source, signal)
  yield sweepReportOf(runs, job, readings)
}

async function* play(
  job: BacktestJob,
  runs: readonly ArmRun[],
  source: AsyncIterable<SourcePiece>,
  signal: AbortSignal | undefined,
): AsyncGenerator<BacktestPartial, number> {
  let readings = 0
  for await (const piece of source) {
    signal?.throwIfAborted()
    for (const run of runs) {
      feed(run, piece)
      await run.hearing.settle()
    }
    readings += sizeOf(piece)
    const at = endOf(piece)
    const [first] = runs
    if (at === undefined || first === undefined) continue
    yield {
      kind: 'partial',
      at: toIso(at),
      share: Math.round(shareOf(at, job) * 10_000) / 10_000,
      readings,
      raised: first.hearing.occurrences.raised,
      annunciations: first.hearing.told.count,
    }
  }
  signal?.throwIfAborted()
  for (const run of runs) {
    run.end()
    await run.hearing.end()
  }
  return readings
}

function feed(run: ArmRun, piece: SourcePiece): void {
  if (piece.kind === 'columns') run.columns(piece.columns)
  else for (const record of piece.records) run.record(record)
}

function sizeOf(piece: SourcePiece): number {
  if (piece.kind === 'columns') return piece.columns.length
  return piece.records.reduce(
    (sum, record) =>
      sum + (record.kind === 'readings' ? record.decoded.readings.length : 0),
    0,
  )
}

function endOf(piece: SourcePiece): TimeUs | undefined {
  if (piece.kind === 'columns') {
    const at = piece.columns.ingest.at(-1)
    return at === undefined ? undefined : timeUs(at)
  }
  const last = piece.records.at(-1)
  return last?.kind === 'readings' ? last.decoded.ingest : last?.record.ingest
}

function shareOf(at: TimeUs, { from, to }: BacktestJob): number {
  return Math.min(1, Math.max(0, (at - from) / (to - from)))
}
