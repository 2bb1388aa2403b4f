import type { TimeUs } from '../domain/time.ts'
import { createConvert, createRecordedConvert, type Convert } from './convert.ts'
import type { DecodeProblem } from './decoder.ts'
import type { DeviceType } from './device-type.ts'
import { parseTime } from './effective-time.ts'
import { hasFirmware } from './firmware.ts'
import { compilePath, isObject } from './json/path.ts'
import type { JsonTime } from './json/type.ts'
import type { PointDefinition } from './point.ts'

/** A device type made ready once, so that a message costs one parse and one walk per point. */
export interface CompiledType {
  readonly points: readonly CompiledPoint[]
  /** Undefined when messages of this type carry no time. */
  readonly time: ((root: unknown) => SourceTime) | undefined
  /** Some point is the message itself, so the message may be a bare value. */
  readonly takesBareValue: boolean
  /** Times were vouched for by the person who imported them. */
  readonly recorded: boolean
  /** Point → the points that mean nothing while it is true; undefined: there are none such. */
  readonly makesBad: ReadonlyMap<string, readonly string[]> | undefined
}

/** A point of any protocol, as far as decoding goes. */
export interface ReadPoint {
  readonly key: string
  /** Where it stands in the message, for problems. */
  readonly path: string
  readonly optional: boolean
  readonly convert: Convert
}

export interface CompiledPoint extends ReadPoint {
  readonly read: (root: unknown) => unknown
}

export interface SourceTime {
  readonly source?: TimeUs
  readonly problem?: DecodeProblem
}

/** The points that a device with this firmware has, by key. */
export function pointsOf(
  type: DeviceType,
  firmware: string | undefined,
): readonly (readonly [
  string,
  PointDefinition & { readonly path?: string | undefined },
])[] {
  return Object.entries(type.points).filter(([, point]) =>
    hasFirmware(point.firmware, firmware),
  )
}

/** Messages as the device sends them, of a type that says of every point where it stands. */
export function compileType(type: DeviceType, firmware: string | undefined): CompiledType {
  let takesBareValue = false
  const points = pointsOf(type, firmware).map(([key, definition]): CompiledPoint => {
    const { path = '$', optional } = definition
    const { steps, read } = compilePath(path)
    takesBareValue ||= steps === 0
    return { key, path, optional, read, convert: createConvert(definition) }
  })
  const given = timeOf(type)
  const time = given && compileTime(given)
  return { points, time, takesBareValue, recorded: false, makesBad: makesBadOf(type) }
}

/** The same points for messages that a reader understands. */
export function compilePoints(
  type: DeviceType,
  firmware: string | undefined,
): readonly ReadPoint[] {
  return pointsOf(type, firmware).map(([key, definition]) => {
    const { path = key, optional } = definition
    return { key, path, optional, convert: createConvert(definition) }
  })
}

/** Messages made of imported rows (import-message.ts): values by point, already in their units. */
export function compileRecordedType(type: DeviceType): CompiledType {
  const points = Object.entries(type.points).map(([key, definition]): CompiledPoint => ({
    key,
    path: `values.${key}`,
    // A row says nothing of the points it leaves out or leaves empty.
    optional: true,
    read: (root) => {
      const values = isObject(root) ? root['values'] : undefined
      return isObject(values) && Object.hasOwn(values, key) ? values[key] : undefined
    },
    convert: createRecordedConvert(definition),
  }))
  const time = compileTime({ path: '$.at', format: 'epoch_us' })
  return { points, time, takesBareValue: false, recorded: true, makesBad: undefined }
}

/** Where messages of this type say when they were measured. */
export function timeOf(type: DeviceType): JsonTime | undefined {
  if ('time' in type && type.time !== undefined) return type.time
  // Lines of InfluxDB's protocol become messages that have it there.
  const isLine = type.protocol === 'http' && type.http.format === 'line'
  return isLine ? { path: '$.time', format: 'epoch_us' } : undefined
}

/** Undefined when no point of the type makes others bad. */
export function makesBadOf(
  type: DeviceType,
): ReadonlyMap<string, readonly string[]> | undefined {
  const entries = Object.entries(type.points).flatMap(([key, { makesBad }]) =>
    makesBad === undefined ? [] : [[key, makesBad] as const],
  )
  return entries.length === 0 ? undefined : new Map(entries)
}

/** Prepares reading the time of a message. */
export function compileTime({ path, format }: JsonTime): (root: unknown) => SourceTime {
  const { read } = compilePath(path)
  return (root) => {
    const raw = read(root)
    const source = parseTime(raw, format)
    if (source !== undefined) return { source }
    const found = (JSON.stringify(raw) ?? 'nothing').slice(0, 40)
    const detail = `${path} holds ${found}, not a time in ${format}; the time of arrival is used`
    return { problem: { reason: 'bad_time', detail } }
  }
}
