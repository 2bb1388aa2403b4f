import { timeUs, type TimeUs } from '../../domain/time.ts'
import type { DecodeProblem } from '../decoder.ts'
import { createMessageParser } from '../json/parse-message.ts'
import { isObject } from '../json/path.ts'

/** Most values of one message, so that it keeps below the 64 KiB and 2,000 names of a message. */
export const MOST_VALUES = 200
/** Longest text or bytes of one value, in characters as they stand in the message. */
export const LONGEST_TEXT = 4_096
/** Most elements of an array that are kept. */
export const MOST_ELEMENTS = 64

/**
 * What one OPC UA server said of one device, as it stands in the reading log. Times are whole
 * microseconds since 1970. Written by the adapter, read by the reader; `v` counts the formats.
 */
export interface OpcuaMessage {
  readonly v: 1
  readonly values?: readonly OpcuaValue[]
  readonly gaps?: readonly OpcuaGap[]
  readonly events?: readonly OpcuaEvent[]
}

/** One value of one node. */
export interface OpcuaValue {
  /** As the type's point has it, `*` included. */
  readonly path: string
  /** Built-in type: `Double`, `Int64`, …; left out when there is no value. */
  readonly type?: string
  /**
   * Numbers, text and booleans as they are; whole numbers of 64 bits as decimal text, NaN and the
   * infinities by name, byte strings in base64, times in ISO 8601, arrays as arrays.
   */
  readonly value?: unknown
  /** Some of it was left out, because it was longer than a message may hold. */
  readonly cut?: true
  /** The whole StatusCode, 32 bits; left out: 0, good. */
  readonly status?: number
  readonly source?: number
  readonly server?: number
  /** The answer to our asking, not a change: it was true when the server answered, too. */
  readonly standing?: true
  /** When a standing value was asked for, by the server's clock; left out before the server told its time. */
  readonly confirmed?: number
  /** Read from the server's history. */
  readonly history?: true
}

/** A time of which nothing is known. */
export interface OpcuaGap {
  readonly from: number
  readonly to: number
  readonly why: string
  /** Paths of the points concerned; left out: all of the device. */
  readonly paths?: readonly string[]
}

/** What a condition of the server said. */
export interface OpcuaEvent {
  /** As the type's point has it; left out when no point names this condition. */
  readonly condition?: string
  readonly active: boolean
  /** Hex; an acknowledgement names it. It changes with every event. */
  readonly eventId?: string
  /** Node id with the namespace's URI. */
  readonly conditionId?: string
  readonly branch?: string
  readonly eventType?: string
  readonly sourceName?: string
  readonly name?: string
  /** 1 to 1000. */
  readonly severity?: number
  readonly message?: string
  readonly acked?: boolean
  readonly retain?: boolean
  readonly time?: number
  /** Concluded after a refresh: the server listed its conditions and this one was not among them. */
  readonly absent?: true
  /** Said because we asked anew, not because it changed. */
  readonly refreshed?: true
}

/** The bytes of a message. */
export function writeMessage(message: OpcuaMessage): Uint8Array {
  return Buffer.from(JSON.stringify(message))
}

export type ReadMessage =
  | { readonly ok: true; readonly message: OpcuaMessage }
  | { readonly ok: false; readonly problem: DecodeProblem }

/** Reads messages back; never throws. What is in no known form is left out and counts as a problem. */
export function createMessageReader(): (payload: Uint8Array) => ReadMessage {
  const parse = createMessageParser()
  return (payload) => {
    const parsed = parse(payload)
    if (!parsed.ok) return parsed
    const { root } = parsed
    if (!isObject(root)) {
      return refused('not_an_object', 'the message is no object with v: 1')
    }
    if (root['v'] !== 1) {
      const detail = `version ${JSON.stringify(root['v'] ?? null).slice(0, 20)} of OPC UA messages is unknown; 1 is known`
      return refused('unknown_version', detail)
    }
    return {
      ok: true,
      message: {
        v: 1,
        values: listOf(root['values'], isValue),
        gaps: listOf(root['gaps'], isGap),
        events: listOf(root['events'], isEvent),
      },
    }
  }
}

/** A time of a message; undefined when it has none that can be. */
export function timeOf(value: number | undefined): TimeUs | undefined {
  return Number.isSafeInteger(value) && value !== undefined ? timeUs(value) : undefined
}

function listOf<T>(value: unknown, is: (item: unknown) => item is T): readonly T[] {
  return Array.isArray(value) ? value.filter(is) : []
}

function isValue(item: unknown): item is OpcuaValue {
  return (
    isObject(item) &&
    typeof item['path'] === 'string' &&
    isOptional(item, 'type', 'string') &&
    isStatus(item['status']) &&
    isOptional(item, 'source', 'number') &&
    isOptional(item, 'server', 'number') &&
    isOptional(item, 'confirmed', 'number')
  )
}

function isGap(item: unknown): item is OpcuaGap {
  if (!isObject(item)) return false
  const { from, to, why, paths } = item
  const known = paths === undefined || (Array.isArray(paths) && paths.every(isText))
  return Number.isSafeInteger(from) && Number.isSafeInteger(to) && isText(why) && known
}

function isEvent(item: unknown): item is OpcuaEvent {
  return (
    isObject(item) &&
    typeof item['active'] === 'boolean' &&
    isOptional(item, 'condition', 'string') &&
    isOptional(item, 'time', 'number') &&
    (item['acked'] === undefined || typeof item['acked'] === 'boolean')
  )
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isStatus(value: unknown): boolean {
  if (value === undefined) return true
  return (
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32
  )
}

function isOptional(
  item: Readonly<Record<string, unknown>>,
  name: string,
  type: 'string' | 'number',
): boolean {
  return item[name] === undefined || typeof item[name] === type
}

function refused(reason: string, detail: string): ReadMessage {
  return { ok: false, problem: { reason, detail } }
}
