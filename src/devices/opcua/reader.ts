import { toIso, type TimeUs } from '../../domain/time.ts'
import type { DecodeProblem } from '../decoder.ts'
import type { TypeOf } from '../device-type.ts'
import type { MessageReader, Said } from '../message-reader.ts'
import {
  createMessageReader,
  timeOf,
  type OpcuaEvent,
  type OpcuaGap,
  type OpcuaValue,
} from './message.ts'
import { statusMeaning, statusText } from './status.ts'
import type { OpcuaPoint } from './type.ts'

/**
 * Reads what an OPC UA server said of a device. Good, uncertain and bad come from the StatusCode,
 * which stays as the native code; a bad value says nothing, whatever the server sent with it. A gap
 * is one bad/comm_fault at its beginning for every point it concerns: from then on nothing is known
 * until the next value. A condition is true while it is active and enabled. What was said only because
 * we asked (a first value, a refresh) counts from then on, however old it is.
 */
export function opcuaReader(type: TypeOf<'opcua'>): MessageReader {
  const read = createMessageReader()
  return (payload) => {
    const parsed = read(payload)
    if (!parsed.ok) return parsed
    const { values = [], gaps = [], events = [] } = parsed.message
    const byPath = grouped(values, ({ path }) => path)
    const byCondition = grouped(events, ({ condition }) => condition)
    return {
      ok: true,
      partial: true,
      say: (key) => {
        const point = type.points[key]
        if (point === undefined) return []
        return [
          ...gapsOf(point, gaps),
          ...(byPath.get(point.path ?? '') ?? []).map(saidByNode),
          ...(byCondition.get(point.condition ?? '') ?? []).flatMap((event) =>
            saidByCondition(point, event),
          ),
        ]
      },
    }
  }
}

function gapsOf(point: OpcuaPoint, gaps: readonly OpcuaGap[]): Said[] {
  const name = point.path ?? point.condition ?? ''
  return gaps
    .filter(({ paths }) => paths === undefined || paths.includes(name))
    .map((gap) => saidByGap(name, gap))
}

function saidByGap(name: string, gap: OpcuaGap): Said {
  const [from, to] = [timeOf(gap.from), timeOf(gap.to)]
  const until = to === undefined ? '' : ` until ${toIso(to)}`
  const detail = `${name}: nothing is known${until}: ${gap.why.slice(0, 200)}`
  return {
    raw: null,
    quality: 'bad',
    code: 'comm_fault',
    ...(from !== undefined && { source: from }),
    problem: { reason: 'gap', detail },
  }
}

function saidByNode(value: OpcuaValue): Said {
  const { status = 0 } = value
  const meaning = statusMeaning(status)
  const server = timeOf(value.server)
  const times = timesOf(sourceOf(value, server), server)
  const native = status === 0 ? {} : { native: status }
  if (meaning.quality === 'bad') {
    const detail = `${value.path}: the server says ${statusText(status)}`
    const problem = { reason: 'bad_status', detail }
    return { raw: null, ...meaning, ...native, ...times, problem }
  }
  const raw = rawOf(value)
  const problem = unusable(value)
  if (problem !== undefined) {
    return { raw: null, quality: 'bad', code: 'decode_error', ...native, ...times, problem }
  }
  return meaning.quality === 'good'
    ? { raw, ...native, ...times }
    : { raw, ...meaning, ...native, ...times }
}

function saidByCondition(
  { says = 'active' }: OpcuaPoint,
  { active, acked, time, refreshed, absent }: OpcuaEvent,
): Said[] {
  const raw = says === 'active' ? active : acked
  // Some conditions cannot be acknowledged, and of one that was not listed nothing else is known.
  if (raw === undefined) return []
  const isChange = refreshed === undefined && absent === undefined
  return [{ raw, ...timesOf(isChange ? timeOf(time) : undefined, undefined) }]
}

/**
 * A value that has not changed since is as true now: the server was asked and confirmed it. With its
 * own time it would stand before the gap that it ends, be the same reading as the one it confirms, or
 * count as history. Servers differ in whether their own time of a value moves on without a change.
 */
function sourceOf(value: OpcuaValue, server: TimeUs | undefined): TimeUs | undefined {
  const source = timeOf(value.source)
  const confirmed = timeOf(value.confirmed) ?? server
  if (value.standing === undefined || confirmed === undefined) return source
  return source === undefined || source < confirmed ? confirmed : source
}

function timesOf(source: TimeUs | undefined, server: TimeUs | undefined): Partial<Said> {
  return {
    ...(source !== undefined && { source }),
    ...(server !== undefined && { server }),
  }
}

/** Text that stands for a number becomes one; beyond 2^53 the nearest that there is. */
function rawOf({ type, value }: OpcuaValue): unknown {
  if (typeof value !== 'string') return value
  switch (type) {
    case 'Int64':
    case 'UInt64':
      return /^-?\d{1,20}$/.test(value) ? Number(value) : value
    case 'Float':
    case 'Double':
      return named.get(value) ?? value
    case undefined:
    default:
      return value
  }
}

const named: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])

function unusable({ path, type, value, cut }: OpcuaValue): DecodeProblem | undefined {
  if (cut) return { reason: 'too_long', detail: `${path}: longer than a message may hold` }
  if (value === undefined || value === null) {
    const what =
      type === 'ExtensionObject'
        ? 'a structure; point at a node that holds one of its fields'
        : 'no value, although the server calls it usable'
    return { reason: 'no_value', detail: `${path}: ${what}` }
  }
  return undefined
}

function grouped<T>(
  all: readonly T[],
  keyOf: (one: T) => string | undefined,
): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of all) {
    const key = keyOf(one)
    if (key === undefined) continue
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return groups
}
