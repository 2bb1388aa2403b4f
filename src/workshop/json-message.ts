import type { DeviceType } from '../devices/device-type.ts'
import type { Value } from '../domain/reading.ts'
import type { TimeUs } from '../domain/time.ts'
import { toIso } from '../domain/time.ts'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/**
 * The message a device of a JSON type would send to mean these values: a message that is known to be
 * right, with every value put where its point says it stands. Points whose place is not a plain path
 * stay as they are in that message.
 */
export function jsonMessage(
  type: DeviceType,
  {
    like,
    values,
    at,
  }: {
    readonly like: unknown
    readonly values: ReadonlyMap<string, Value>
    readonly at: TimeUs
  },
): Uint8Array {
  const message = copyOf(like)
  for (const [key, value] of values) {
    const point = type.points[key]
    if (point === undefined || !('path' in point) || point.path === undefined) continue
    const steps = stepsOf(point.path)
    if (steps === undefined) continue
    put(message, steps, rawOf(point, value))
  }
  if ('time' in type && type.time !== undefined) {
    const steps = stepsOf(type.time.path)
    if (steps !== undefined) put(message, steps, timeIn(type.time.format, at))
  }
  return new TextEncoder().encode(JSON.stringify(message))
}

/** The message with one more value in it. A path of more than names and indexes changes nothing. */
export function placedIn(message: Uint8Array, path: string, value: string): Uint8Array {
  const steps = stepsOf(path)
  if (steps === undefined) return message
  const root = copyOf(JSON.parse(new TextDecoder().decode(message)))
  put(root, steps, value)
  return new TextEncoder().encode(JSON.stringify(root))
}

/** The first steps into a message; undefined when the path is more than names and indexes. */
function stepsOf(path: string): (string | number)[] | undefined {
  if (!/^\$(?:\.[A-Za-z_][A-Za-z0-9_-]*|\[\d{1,4}\])+$/.test(path)) return undefined
  return [...path.matchAll(/\.([A-Za-z0-9_-]+)|\[(\d+)\]/g)].map(
    ([, name, index]): string | number => name ?? Number(index),
  )
}

function copyOf(like: unknown): Json {
  const copy: Json = JSON.parse(JSON.stringify(like ?? {}))
  return typeof copy === 'object' && copy !== null ? copy : {}
}

function put(root: Json, steps: readonly (string | number)[], value: Json): void {
  let at = root
  for (const [index, step] of steps.entries()) {
    const next = steps[index + 1]
    if (next === undefined) set(at, step, value)
    else {
      const inner = get(at, step)
      const made: Json =
        typeof inner === 'object' && inner !== null
          ? inner
          : typeof next === 'number'
            ? []
            : {}
      set(at, step, made)
      at = made
    }
  }
}

function get(at: Json, step: string | number): Json {
  if (Array.isArray(at)) return at[Number(step)] ?? null
  if (typeof at !== 'object' || at === null) return null
  return Object.hasOwn(at, step) ? (at[String(step)] ?? null) : null
}

function set(at: Json, step: string | number, value: Json): void {
  if (Array.isArray(at)) {
    // A list has no holes in JSON.
    while (at.length < Number(step)) at.push(null)
    at[Number(step)] = value
  } else if (typeof at === 'object' && at !== null) {
    Object.defineProperty(at, String(step), {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    })
  }
}

function timeIn(format: string, at: TimeUs): Json {
  switch (format) {
    case 'epoch_s':
      return Math.floor(at / 1e6)
    case 'epoch_ms':
      return Math.floor(at / 1e3)
    case 'epoch_us':
      return at
    default:
      return toIso(at)
  }
}

/** A value as readings have it, back to what the device says. */
function rawOf(point: DeviceType['points'][string], value: Value): Json {
  if (value === null) return null
  if (point.enum !== undefined) {
    const found = Object.entries(point.enum).find(([, name]) => name === value)
    const raw = found?.[0] ?? value
    return typeof raw === 'string' && /^-?\d+$/.test(raw) ? Number(raw) : raw
  }
  if (point.bit !== undefined) return value === true ? 2 ** point.bit : 0
  if (typeof value !== 'number') return value
  return Number(((value - point.offset) / point.scale).toPrecision(12))
}
