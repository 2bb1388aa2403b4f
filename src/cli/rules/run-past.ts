import { systemClock } from '../../clock.ts'
import type { JsonObject } from '../../configuration/json.ts'
import { duration } from '../../domain/duration.ts'
import { Problem } from '../../domain/problem.ts'
import { earlier, fromIso, toIso } from '../../domain/time.ts'
import {
  parsedRule,
  type BacktestLine,
  type Rule,
  type RunLine,
} from '../../workshop/backtest/reports.ts'
import { readRuleFiles } from '../../workshop/rule-files.ts'
import { csvRecords, type CsvRecord } from '../csv-records.ts'
import type { LocalService } from '../local-service.ts'
import { startProgress } from '../progress.ts'
import { brokenPipe, isMissingFile, type Terminal } from '../terminal.ts'
import { mistakeLines } from '../types/mistake-lines.ts'
import { readRules } from './files.ts'

/** A rule out of a file. */
export interface RuleOnDisk {
  readonly slug: string
  readonly document: JsonObject
  readonly rule: Rule
}

/** Finds the rule in a file; `slug` may be left out where it has but one. Throws Problem invalid or not_found. */
export async function ruleIn(path: string, slug: string | undefined): Promise<RuleOnDisk> {
  const { root, files, named } = await readRules(path)
  const { rules, mistakes } = readRuleFiles(files)
  const own = mistakes.filter(({ file }) => !file.endsWith('.test.yaml'))
  if (own.length > 0) throw notSound(mistakeLines(root, own), path)
  const there = rules.filter(({ file }) => named.has(file.path))
  const found =
    slug === undefined && there.length === 1
      ? there[0]
      : there.find((one) => one.slug === slug)
  if (found === undefined) {
    throw new Problem({
      kind: 'not_found',
      what: slug === undefined ? 'which rule?' : `there is no rule ${slug} in ${path}`,
      where: '--rule',
      why: `it has ${there.map((one) => one.slug).join(', ')}`,
      next: 'name one of them with --rule',
    })
  }
  return { ...found, rule: parsedRule(found.document) }
}

function notSound(lines: readonly string[], path: string): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'the rules are not sound',
    where: path,
    why: lines.slice(0, 10).join('\n'),
    next: 'gatuvakt rules check says everything that is wrong',
  })
}

/** As the service takes it: ISO 8601 in UTC. `3d` is so long ago. */
export function timeText(text: string, option: string): string {
  const ago = duration.safeParse(text)
  const time = ago.success ? earlier(systemClock.now(), ago.data) : fromIso(text)
  if (time !== undefined) return toIso(time)
  throw new Problem({
    kind: 'invalid',
    what: `${text} is no time`,
    where: option,
    next: 'write it as 2026-11-20T12:00:00Z, with its zone, or as 3d for three days ago',
  })
}

/** A time in which something was wrong, as a file names it. */
export interface LabelRow {
  readonly asset?: string
  readonly from: string
  readonly to: string
}

const mostLabels = 10_000

/**
 * Labels out of a CSV with the columns `from`, `to` and, if they are of one asset, `asset`. Throws Problem
 * not_found, too_large, or invalid by line.
 */
export async function readLabels(file: string | undefined): Promise<readonly LabelRow[]> {
  if (file === undefined) return []
  const labels: LabelRow[] = []
  try {
    for await (const { line, record } of csvRecords(file)) {
      if (labels.length === mostLabels) throw tooManyLabels(file)
      labels.push(labelOf(record, file, line))
    }
  } catch (cause) {
    if (!isMissingFile(cause)) throw cause
    const what = `there is no ${file}`
    throw new Problem({ kind: 'not_found', what, where: '--labels' }, { cause })
  }
  return labels
}

function labelOf(record: CsvRecord['record'], file: string, line: number): LabelRow {
  const row = Object.fromEntries(
    Object.entries(record).map(([name, text]) => [name.trim(), text.trim()]),
  )
  const { from, to, asset } = row
  if (from === undefined || to === undefined) throw noLabel(file, line)
  const times = { from: timeText(from, '--labels'), to: timeText(to, '--labels') }
  return asset === undefined || asset === '' ? times : { asset, ...times }
}

function tooManyLabels(file: string): Problem {
  return new Problem({
    kind: 'too_large',
    what: `there are more than ${mostLabels} labels`,
    where: file,
    next: 'leave out those of times that are not asked about',
  })
}

function noLabel(file: string, line: number): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'a label needs from and to',
    where: `${file}:${line}`,
    next: 'the columns are from, to and, if you like, asset',
  })
}

/** What came of a run, and how long the service took for it. */
export interface PastRun {
  readonly last: Exclude<RunLine, { kind: 'partial' }>
  readonly seconds: number | undefined
}

/** Asks the service and shows how far it is. Undefined when somebody stopped it. */
export async function runPast(
  service: LocalService,
  path: string,
  of: { readonly body: object; readonly terminal: Terminal },
): Promise<PastRun | undefined> {
  const { body, terminal } = of
  let last: PastRun['last'] | undefined
  let seconds: number | undefined
  const progress = startProgress(terminal, 'readings')
  try {
    const { bytes } = await service.stream(path, body)
    for await (const line of linesOf(bytes)) {
      if (terminal.stop.aborted) return undefined
      const said: BacktestLine | ({ kind: 'problem' } & Saying) = JSON.parse(line)
      if (said.kind === 'problem') throw problemOf(said)
      if (said.kind === 'partial') progress.at(said.readings)
      else if (said.kind === 'cost') ({ seconds } = said)
      else last = said
    }
  } catch (error) {
    if (terminal.stop.aborted && terminal.stop.reason !== brokenPipe) return undefined
    throw error
  } finally {
    progress.end()
  }
  if (last !== undefined) return { last, seconds }
  throw new Problem({
    kind: 'unavailable',
    what: 'the service ended before its report',
    next: 'look at its log, and try again',
  })
}

interface Saying {
  readonly detail: string
  readonly why?: string
  readonly next?: string
}

function problemOf({ detail, why, next }: Saying): Problem {
  return new Problem({
    kind: 'unavailable',
    what: detail,
    ...(why !== undefined && { why }),
    ...(next !== undefined && { next }),
  })
}

async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const part of bytes) {
    const lines = (rest + decoder.decode(part, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines.filter((line) => line !== '')
  }
  if (rest !== '') yield rest
}
