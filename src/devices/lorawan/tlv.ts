import type { DecodeProblem } from '../decoder.ts'
import type { TlvTable } from './tlv-type.ts'

/** What a device's bytes say; what came before a problem still counts. */
export interface TlvData {
  readonly data: Readonly<Record<string, unknown>>
  readonly problems: readonly DecodeProblem[]
}

type Entry = TlvTable[string]
type Place = Pick<Entry, 'type' | 'le' | 'len'>

/** Reads bytes made of channel, type and value, over and over. Never throws. */
export function readTlv(bytes: Uint8Array, table: TlvTable): TlvData {
  const data = new Map<string, unknown>()
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = 0
  while (at < view.length) {
    const key = `${hex(view, at, 1)}/${hex(view, at + 1, 1)}`
    const entry = Object.hasOwn(table, key) ? table[key] : undefined
    if (entry === undefined) return gathered(data, unknown(key, at))
    const start = at + 2
    at = start + entry.len
    if (at > view.length)
      return gathered(data, truncated(key, entry.len, view.length - start))
    for (const { point, from, place } of placesOf(entry, start)) {
      data.set(point, valueOf(view, from, place))
    }
  }
  return gathered(data)
}

function placesOf(
  entry: Entry,
  start: number,
): { readonly point: string; readonly from: number; readonly place: Place }[] {
  if (entry.point !== undefined) return [{ point: entry.point, from: start, place: entry }]
  return (entry.fields ?? []).map((one) => ({
    point: one.point,
    from: start + one.at,
    place: one,
  }))
}

function valueOf(view: Buffer, from: number, { type, le, len }: Place): unknown {
  switch (type) {
    case 'uint':
      return le ? view.readUIntLE(from, len) : view.readUIntBE(from, len)
    case 'int':
      return le ? view.readIntLE(from, len) : view.readIntBE(from, len)
    case 'float':
      return finite(float(view, from, { le, len }))
    case 'hex':
      return hex(view, from, len)
    case 'text':
      return view.toString('latin1', from, from + len)
  }
}

function float(view: Buffer, from: number, { le, len }: Pick<Place, 'le' | 'len'>): number {
  if (len === 4) return le ? view.readFloatLE(from) : view.readFloatBE(from)
  return le ? view.readDoubleLE(from) : view.readDoubleBE(from)
}

/** NaN by name, so that it is told from what was not said. */
function finite(value: number): number | string {
  return Number.isFinite(value) ? value : String(value)
}

function hex(view: Buffer, from: number, length: number): string {
  return view.toString('hex', from, from + length)
}

function gathered(data: ReadonlyMap<string, unknown>, problem?: DecodeProblem): TlvData {
  return {
    data: Object.fromEntries(data),
    problems: problem === undefined ? [] : [problem],
  }
}

function unknown(key: string, at: number): DecodeProblem {
  return {
    reason: 'unknown_channel',
    detail: `channel ${key} at byte ${at} is not in tlv, so its length is unknown; add it`,
  }
}

function truncated(key: string, wanted: number, left: number): DecodeProblem {
  return {
    reason: 'truncated',
    detail: `channel ${key} has ${wanted} bytes and the message ends after ${Math.max(0, left)}`,
  }
}
