import { MOST_VALUES, type OpcuaValue } from '../../devices/opcua/message.ts'

/** Bytes that the values of one message may take, as estimated; a message may have 64 KiB. */
const mostBytes = 48_000
/** A single value longer than this is cut to nothing. */
const mostOfOne = 16_000

/** Values in messages that are neither too many nor too long, in their order. */
export function* chunksOf(values: readonly OpcuaValue[]): Generator<readonly OpcuaValue[]> {
  let chunk: OpcuaValue[] = []
  let bytes = 0
  for (const value of values) {
    const length = lengthOf(value.value)
    const kept = length > mostOfOne ? withoutValue(value) : value
    const size = 190 + 3 * value.path.length + (length > mostOfOne ? 0 : length)
    if (chunk.length > 0 && (chunk.length >= MOST_VALUES || bytes + size > mostBytes)) {
      yield chunk
      chunk = []
      bytes = 0
    }
    chunk.push(kept)
    bytes += size
  }
  if (chunk.length > 0) yield chunk
}

/** Every character may take three bytes in UTF-8, and escaped six. */
function lengthOf(value: unknown): number {
  if (typeof value === 'number' || typeof value === 'boolean' || value === undefined)
    return 24
  return Buffer.byteLength(JSON.stringify(value))
}

function withoutValue(value: OpcuaValue): OpcuaValue {
  return { ...value, value: null, cut: true }
}
