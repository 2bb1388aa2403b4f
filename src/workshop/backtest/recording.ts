import { organisationId, type PointId } from '../../domain/ids.ts'
import {
  durationUs,
  later,
  SECOND,
  timeUs,
  type DurationUs,
  type TimeUs,
} from '../../domain/time.ts'
import type { BacktestJob, Label, SourcePiece } from '../../rules/backtest/job.ts'
import type { BacktestReport } from '../../rules/backtest/report.ts'
import { ruleFacts } from '../../configuration/activate.ts'
import { backtest } from '../../rules/backtest/run.ts'
import type { ReadingColumns } from '../../rules/columns.ts'
import type { Rule } from '../../rules/rule.ts'
import { audienceIn } from './audience.ts'
import type { PastTown } from './past-town.ts'

/** A recording in memory: rows in the order of time, a column for each role. */
export interface Recording {
  readonly at: readonly TimeUs[]
  /** Role → values as long as `at`; null where the recording has none. */
  readonly values: ReadonlyMap<string, readonly (number | null)[]>
  /** What was wrong when: truthy is an anomaly. Left out: nothing is known. */
  readonly labelled?: readonly boolean[]
}

/** The asset that a recording is of. */
export const recordedAsset = 'recording'
const organisation = organisationId.parse('recording')

/**
 * Runs a rule over a recording as if its rows had come one by one, each when it was measured. The
 * interval of the device is the median step. Calendars go by `zone`.
 */
export async function backtestRecording(
  { slug, rule }: { readonly slug: string; readonly rule: Rule },
  recording: Recording,
  { zone = 'UTC', list = 1_000 }: { readonly zone?: string; readonly list?: number } = {},
): Promise<BacktestReport> {
  const { job, town, piece } = recordingJob(
    { slug, rules: [{ name: 'draft', rule }] },
    recording,
    zone,
  )
  const makeAudience = audienceIn(town, job)
  for await (const line of backtest(job, once(piece), { makeAudience, list })) {
    if (line.kind === 'report') return line
  }
  throw new Error('a backtest without a report')
}

/** The job for one or several texts of a rule over a recording. */
export function recordingJob(
  {
    slug,
    rules,
  }: {
    readonly slug: string
    readonly rules: readonly { readonly name: string; readonly rule: Rule }[]
  },
  recording: Recording,
  zone = 'UTC',
): { readonly job: BacktestJob; readonly town: PastTown; readonly piece: SourcePiece } {
  const roles = [...recording.values.keys()]
  const interval = medianStep(recording.at)
  const [from = timeUs(0)] = recording.at
  const to = later(recording.at.at(-1) ?? from, interval)
  const points = new Map(roles.map((role, n) => [role, pointOf(n)]))
  const place = { epoch: 'recording', partition: 0, sequence: 0, index: 0 }
  const arms = rules.map(({ name, rule }) => {
    const target = {
      ruleId: slug,
      ruleVersion: 1,
      rule,
      asset: recordedAsset,
      points,
      devices: ['recorder'],
      interval,
      attributes: {},
    }
    const active = { organisation, version: 1, zone, targets: [target] }
    const held = [{ position: place, ingest: from, rules: active }]
    return { name, rules: held, timers: 'punctual' as const }
  })
  const job: BacktestJob = {
    organisation,
    rule: slug,
    from,
    to,
    arms,
    controls: [],
    labels: labelsOf(recording, interval),
    reports: [],
    judged: [],
    onlyOldest: [],
    inexact: [],
  }
  const town: PastTown = {
    towns: [],
    drafts: new Map(rules.map(({ name, rule }) => [name, ruleFacts(rule)])),
    windows: [],
    others: [],
  }
  return { job, town, piece: { kind: 'columns', columns: columnsOf(recording) } }
}

/** The stretches of rows that are labelled; each reaches to the first row that is not. */
export function labelsOf(
  { at, labelled = [] }: Pick<Recording, 'at' | 'labelled'>,
  interval: DurationUs,
): readonly Label[] {
  const labels: Label[] = []
  let from: TimeUs | undefined
  for (const [n, time] of at.entries()) {
    if (labelled[n] === true) from ??= time
    else if (from !== undefined) {
      labels.push({ from, to: time })
      from = undefined
    }
  }
  const last = at.at(-1)
  if (from !== undefined && last !== undefined)
    labels.push({ from, to: later(last, interval) })
  return labels
}

function columnsOf({ at, values }: Recording): ReadingColumns {
  const roles = [...values.values()]
  const length = at.length * roles.length
  const columns = {
    epoch: 'recording',
    partition: 0,
    length,
    sequence: new Float64Array(length),
    index: new Uint32Array(length),
    point: new Uint32Array(length),
    value: new Float64Array(length),
    texts: new Map<number, string>(),
    boolean: new Uint8Array(length),
    quality: new Uint8Array(length),
    effective: new Float64Array(length),
    ingest: new Float64Array(length),
    flags: new Uint8Array(length),
  }
  let row = 0
  for (const [n, time] of at.entries()) {
    for (const [role, own] of roles.entries()) {
      const value = own[n] ?? null
      columns.sequence[row] = n + 1
      columns.point[row] = role + 1
      columns.value[row] = value ?? Number.NaN
      columns.quality[row] = value === null ? 2 : 0
      columns.effective[row] = time
      columns.ingest[row] = time
      row++
    }
  }
  return columns
}

/** Points of a recording are its columns, from 1. */
function pointOf(column: number): PointId {
  const id = column + 1
  if (isPoint(id)) return id
  throw new RangeError(`no column of a recording: ${column}`)
}

function isPoint(id: number): id is PointId {
  return Number.isSafeInteger(id)
}

function medianStep(at: readonly TimeUs[]): DurationUs {
  const steps = at
    .slice(1)
    .map((time, n) => time - (at[n] ?? time))
    .toSorted((a, b) => a - b)
  return durationUs(Math.max(1, steps[Math.floor(steps.length / 2)] ?? SECOND))
}

/** A source of one piece. */
export async function* once(piece: SourcePiece): AsyncGenerator<SourcePiece> {
  yield await Promise.resolve(piece)
}
