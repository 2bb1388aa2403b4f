import { Problem } from '../../domain/problem.ts'
import type { TimeUs } from '../../domain/time.ts'
import type { Recording } from '../../workshop/backtest/recording.ts'
import { csvColumns } from '../csv-records.ts'
import { csvRows, pointMap } from '../csv-rows.ts'

/** How recordings are to be read. */
export interface RecordingOptions {
  /** `role=column`, once for each; left out: columns that are named as a role of the rule. */
  readonly map?: readonly string[]
  /** Column with the time; left out: the first that sounds like it. */
  readonly time?: string
  /** Column that is not 0 where something was wrong. */
  readonly label?: string
  /** Zone of times that name none. */
  readonly timezone: string
}

/** Rows of a recording at most: a month at 1 Hz. */
const mostRows = 3_000_000
const labelRole = ' label'

/** Reads a CSV recording into memory. Throws Problem invalid or too_large that names file and line. */
export async function readRecording(
  file: string,
  roles: readonly string[],
  options: RecordingOptions,
): Promise<Recording> {
  const { time, map, labelled } = await layoutOf(file, roles, options)
  const at: TimeUs[] = []
  const marks: boolean[] = []
  const values = new Map(roles.map((role) => [role, [] as (number | null)[]]))
  for await (const row of csvRows({ file, time, timezone: options.timezone, map })) {
    at.push(row.at)
    for (const [role, own] of values) own.push(row.values[role] ?? null)
    if (labelled) marks.push((row.values[labelRole] ?? 0) !== 0)
    if (at.length > mostRows) throw tooLong(file)
  }
  if (at.length < 2) throw empty(file)
  return inOrder({ at, values, ...(labelled && { labelled: marks }) })
}

/** Which column is what. */
async function layoutOf(
  file: string,
  roles: readonly string[],
  { map: texts, time, label }: RecordingOptions,
): Promise<{
  readonly time: string
  readonly map: ReadonlyMap<string, string>
  readonly labelled: boolean
}> {
  const header = await headerOf(file)
  const map = new Map(texts === undefined ? named(roles, header) : pointMap(texts))
  for (const role of roles) if (!map.has(role)) throw unmapped(role, file, header)
  const labelled = label !== undefined && header.includes(label)
  if (labelled) map.set(labelRole, label)
  return { time: time ?? timeColumn(header, file), map, labelled }
}

/** Recorders write a row late now and then; what is told goes by when it was measured. */
function inOrder(recording: Recording): Recording {
  const { at, values, labelled } = recording
  if (at.every((time, n) => time >= (at[n - 1] ?? time))) return recording
  const order = at.map((_, n) => n).toSorted((a, b) => (at[a] ?? 0) - (at[b] ?? 0))
  const pick = <T>(all: readonly T[]): T[] => order.flatMap((n) => all.slice(n, n + 1))
  return {
    at: pick(at),
    values: new Map([...values].map(([role, own]) => [role, pick(own)])),
    ...(labelled !== undefined && { labelled: pick(labelled) }),
  }
}

async function headerOf(file: string): Promise<readonly string[]> {
  return await csvColumns(file).catch((cause: unknown) => {
    if (cause instanceof Problem) throw cause
    throw new Problem(
      { kind: 'not_found', what: `there is no ${file}`, where: file },
      { cause },
    )
  })
}

function timeColumn(header: readonly string[], file: string): string {
  const found = header.find((name) => /time|date|tid/i.test(name)) ?? header[0]
  if (found !== undefined && found !== '') return found
  throw new Problem({
    kind: 'invalid',
    what: 'the file has no header row',
    where: `${file}:1`,
  })
}

function named(roles: readonly string[], header: readonly string[]): [string, string][] {
  return roles.flatMap((role): [string, string][] =>
    header.includes(role) ? [[role, role]] : [],
  )
}

function unmapped(role: string, file: string, header: readonly string[]): Problem {
  return new Problem({
    kind: 'invalid',
    what: `no column measures ${role}`,
    where: file,
    why: `the columns are ${header.join(', ')}`,
    next: `say it with --map ${role}="${header[1] ?? 'column'}"`,
  })
}

function tooLong(file: string): Problem {
  return new Problem({
    kind: 'too_large',
    what: `the recording has more than ${mostRows} rows`,
    where: file,
    next: 'cut it into parts, or import it with gatuvakt import and run the rule over history',
  })
}

function empty(file: string): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'the recording has less than two rows',
    where: file,
  })
}
