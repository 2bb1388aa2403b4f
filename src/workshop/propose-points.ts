import type { Leaf, SampleGroup } from './samples.ts'
import { kindOf, niceRange, unitOf } from './guesses.ts'

/** A point as it could stand in `type.yaml`, with what led to it. */
export interface ProposedPoint {
  readonly key: string
  readonly definition: Readonly<Record<string, unknown>>
  /** What was seen, for the person who decides. */
  readonly comment: string
}

export interface Proposal {
  readonly points: readonly ProposedPoint[]
  readonly time: { readonly path: string; readonly format: string } | undefined
  /** What was left out and why. */
  readonly notes: readonly string[]
}

type Value = Leaf['value']

/** A path that a type can name. */
const usablePath = /^\$(?:\.[A-Za-z_][A-Za-z0-9_-]*|\[\d{1,4}\])*$/

/** Points of everything that messages of one kind hold, as far as their values tell. */
export function proposePoints(group: SampleGroup): Proposal {
  const columns = columnsOf(group)
  const time = timeOf(columns, group)
  const notes: string[] = []
  const points: ProposedPoint[] = []
  const taken = new Set<string>()
  const prefix = sharedPrefix([...columns.keys()].filter((path) => path !== time?.path))
  for (const [path, values] of columns) {
    if (path === time?.path) continue
    if (!usablePath.test(path)) {
      notes.push(`${path} is left out: a path cannot name it`)
      continue
    }
    if (values.every((value) => value === null)) {
      notes.push(`${path} is left out: it was always null`)
      continue
    }
    if (isIdentity(path, values, group)) {
      notes.push(`${path} is left out: it is the name of the sender`)
      continue
    }
    const key = freeKey(path, prefix, taken)
    const optional = values.length < group.samples.length || values.includes(null)
    points.push(proposePoint({ key, path, values, optional }))
  }
  return { points, time, notes }
}

function columnsOf({ samples }: SampleGroup): Map<string, Value[]> {
  const columns = new Map<string, Value[]>()
  for (const { leaves } of samples) {
    for (const [path, value] of leaves) {
      const column = columns.get(path)
      if (column === undefined) columns.set(path, [value])
      else column.push(value)
    }
  }
  return columns
}

function proposePoint(column: {
  readonly key: string
  readonly path: string
  readonly values: readonly Value[]
  readonly optional: boolean
}): ProposedPoint {
  const { key, path, optional } = column
  const values = column.values.filter((value) => value !== null)
  const kind = kindOf(key, values)
  const numbers = values.filter((value) => typeof value === 'number')
  const plain = kind.kind === 'measure' || kind.kind === 'counter'
  const unit = plain ? unitOf(key) : undefined
  const range = niceRange(numbers, unit)
  const definition = {
    path,
    ...(kind.kind !== 'measure' && { kind: kind.kind }),
    ...(kind.names !== undefined && { enum: kind.names }),
    ...(unit !== undefined && { unit }),
    // Beyond that a file cannot hold the number exactly.
    ...(kind.kind === 'measure' && range.every((end) => Math.abs(end) < 1e15) && { range }),
    ...(optional && { optional: true }),
  }
  return { key, definition, comment: seen(values) }
}

function seen(values: readonly Exclude<Value, null>[]): string {
  const numbers = values.filter((value) => typeof value === 'number')
  if (numbers.length === values.length && numbers.length > 0) {
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)]
    return low === high ? `always ${low}` : `seen ${low} to ${high}`
  }
  const kinds = [...new Set(values.map((value) => JSON.stringify(value)))]
  const more = kinds.length > 5 ? ', …' : ''
  return `seen ${kinds.slice(0, 5).join(', ')}${more}`.slice(0, 100)
}

const timeName =
  /(?:^|[._])(?:ts|t|time|timestamp|datetime|date|at|measuredat|sampledat|utc)$/i
const formats = [
  ['epoch_s', 1],
  ['epoch_ms', 1e3],
  ['epoch_us', 1e6],
] as const
const nearUs = 366 * 86_400_000_000

/** The path whose values are all times near the arrival of their messages; one that is called so first. */
function timeOf(
  columns: ReadonlyMap<string, readonly Value[]>,
  { samples }: SampleGroup,
): Proposal['time'] {
  const candidates = [...columns].toSorted(
    ([a], [b]) => Number(timeName.test(b)) - Number(timeName.test(a)),
  )
  const at = samples[0]?.at ?? 0
  for (const [path, values] of candidates) {
    if (values.length < samples.length || !usablePath.test(path)) continue
    const isNear = (us: number): boolean => Math.abs(us - at) < nearUs
    if (values.every((value) => typeof value === 'string' && isIso(value)))
      return { path, format: 'iso' }
    const format = formats.find(([, perSecond]) =>
      values.every(
        (value) => typeof value === 'number' && isNear((value / perSecond) * 1e6),
      ),
    )
    if (format !== undefined) return { path, format: format[0] }
  }
  return undefined
}

function isIso(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/.test(text)
}

const identityName =
  /(?:^|[._])(?:device|dev|deviceid|device_id|deviceeui|deveui|dev_eui|imei|serial|mac|uuid|id)$/i

/** It is called so, or every message carries a level of its own topic here. */
function isIdentity(
  path: string,
  values: readonly Value[],
  { samples }: SampleGroup,
): boolean {
  if (values.length < samples.length) return false
  if (identityName.test(path) && values.every((value) => typeof value === 'string'))
    return true
  return samples.every(({ topic }, index) => {
    const value = values[index]
    return typeof value === 'string' && value !== '' && topic.split('/').includes(value)
  })
}

/** `$.data` when everything stands below it; it says nothing then. */
function sharedPrefix(paths: readonly string[]): string {
  const heads = new Set(
    paths.map((path) => /^\$\.[A-Za-z_]\w*(?=\.)/.exec(path)?.[0] ?? ''),
  )
  const [only = ''] = heads
  return heads.size === 1 && paths.length > 1 ? only : '$'
}

/** A dotted lower-camel name made of the path, unlike those before it. */
function freeKey(path: string, prefix: string, taken: Set<string>): string {
  const segments = path
    .slice(prefix.length)
    .replaceAll(/\[(\d+)\]/g, (_, index: string) => `_${index}`)
    .split('.')
    .filter((segment) => segment !== '')
    .map(camel)
    .filter((segment) => segment !== '')
    .slice(-4)
  const [first = 'value'] = segments
  const whole = /^[a-z]/.test(first) ? segments : [`v${first}`, ...segments.slice(1)]
  const name = whole.join('.') || 'value'
  let key = name
  for (let n = 2; taken.has(key); n += 1) key = `${name}${n}`
  taken.add(key)
  return key
}

function camel(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '')
  const [first = '', ...rest] = words
  // `RSSI` becomes `rssi`, `powerState` stays.
  const head = /[a-z]/.test(first)
    ? first.charAt(0).toLowerCase() + first.slice(1)
    : first.toLowerCase()
  return head + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}
