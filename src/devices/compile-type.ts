import type { TimeUs } from '../domain/time.ts'
import { createConvert, createRecordedConvert, type Convert } from './convert.ts'
import type { DecodeProblem } from './decoder.ts'
import type { DeviceType } from './device-type.ts'
import type { JsonTime } from './json/type.ts'
import { parseTime } from './effective-time.ts'
import { compilePath, isObject } from './json/path.ts'

/** A device type made ready once, so that a message costs one parse and one walk per point. */
export interface CompiledType {
  readonly points: readonly CompiledPoint[]
  /** Undefined when messages of this type carry no time. */
  readonly time: ((root: unknown) => SourceTime) | undefined
  /** Some point is the message itself, so the message may be a bare value. */
  readonly takesBareValue: boolean
  /** Times were vouched for by the person who imported them. */
  readonly recorded: boolean
}

export interface CompiledPoint {
  readonly key: string
  /** Where it stands in the message, for problems. */
  readonly path: string
  readonly optional: boolean
  readonly read: (root: unknown) => unknown
  readonly convert: Convert
}

export interface SourceTime {
  readonly source?: TimeUs
  readonly problem?: DecodeProblem
}

/** Messages as the device sends them. */
export function compileType(type: DeviceType): CompiledType {
  let takesBareValue = false
  const points = Object.entries(type.points).map(([key, definition]): CompiledPoint => {
    if (!('path' in definition)) throw new TypeError(`${type.protocol} is not decoded yet`)
    const { path, optional } = definition
    const { steps, read } = compilePath(path)
    takesBareValue ||= steps === 0
    return { key, path, optional, read, convert: createConvert(definition) }
  })
  const time = 'time' in type && type.time ? compileTime(type.time) : undefined
  return { points, time, takesBareValue, recorded: false }
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
  return { points, time, takesBareValue: false, recorded: true }
}

function compileTime({
  path,
  format,
}: JsonTime): (root: unknown) => SourceTime {
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
