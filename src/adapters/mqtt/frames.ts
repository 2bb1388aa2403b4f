/** What a device may send, judged by the fixed header, before any of it is kept or parsed. */

/** Control packet types of MQTT 3.1.1 that a publisher sends. */
export const packetType = {
  connect: 1,
  publish: 3,
  pubrel: 6,
  subscribe: 8,
  unsubscribe: 10,
  pingreq: 12,
  disconnect: 14,
} as const

export interface FixedHeader {
  readonly type: number
  readonly flags: number
  /** Bytes of the header itself: 2 to 5. */
  readonly bytes: number
  /** Bytes that follow it, 0 to 268,435,455. */
  readonly length: number
}

/** Reads the fixed header at `start`; a length of more than four bytes is malformed. */
export function readFixedHeader(
  bytes: Uint8Array,
  start: number,
): FixedHeader | 'incomplete' | 'malformed' {
  const first = bytes[start]
  if (first === undefined) return 'incomplete'
  let length = 0
  for (let index = 0; index < 4; index += 1) {
    const byte = bytes[start + 1 + index]
    if (byte === undefined) return 'incomplete'
    length += (byte & 0x7f) * 128 ** index
    if ((byte & 0x80) === 0) {
      return { type: first >> 4, flags: first & 0x0f, bytes: index + 2, length }
    }
  }
  return 'malformed'
}

export interface FrameFault {
  readonly reason: 'protocol' | 'too_large'
  readonly detail: string
}

/** Why the first packet of a connection is not an acceptable CONNECT. */
export function faultOfFirst(header: FixedHeader, most: number): FrameFault | undefined {
  if (header.type === packetType.connect && header.flags === 6) {
    return protocol('this looks like TLS, but the port speaks plain MQTT')
  }
  if (header.type !== packetType.connect || header.flags !== 0) {
    return protocol('the first packet is not an MQTT CONNECT')
  }
  return header.length > most ? tooLarge('CONNECT', header.length, most) : undefined
}

/** Length after the fixed header, where MQTT fixes it. */
const fixedLength: ReadonlyMap<number, number> = new Map([
  [packetType.pubrel, 2],
  [packetType.pingreq, 0],
  [packetType.disconnect, 0],
])
const later: ReadonlySet<number> = new Set(
  Object.values(packetType).filter((type) => type !== packetType.connect),
)

/**
 * Why a later packet is refused. Acknowledgements to us are among them: nothing is ever sent
 * to a device that it could acknowledge.
 */
export function faultOfLater(header: FixedHeader, most: number): FrameFault | undefined {
  const { type, flags, length } = header
  if (!later.has(type)) return protocol(`a packet of type ${type} is not expected here`)
  if (length > most) return tooLarge('packet', length, most)
  const fixed = fixedLength.get(type)
  if (fixed !== undefined && fixed !== length) {
    return protocol(`a packet of type ${type} is ${length} bytes long instead of ${fixed}`)
  }
  if (type === packetType.publish && (flags & 0b0110) === 0b0110) {
    return protocol('a PUBLISH asks for QoS 3, which does not exist')
  }
  return undefined
}

/** Why a whole PUBLISH packet is refused: its topic or packet identifier does not fit in it. */
export function faultOfPublish(
  bytes: Uint8Array,
  start: number,
  header: FixedHeader,
): FrameFault | undefined {
  const body = start + header.bytes
  const qos = (header.flags >> 1) & 0b11
  const topic = ((bytes[body] ?? 0) << 8) | (bytes[body + 1] ?? 0)
  const identifierAt = body + 2 + topic
  const needed = 2 + topic + (qos > 0 ? 2 : 0)
  if (header.length < needed) return protocol('a PUBLISH is shorter than its own topic')
  if (topic === 0) return protocol('a PUBLISH has no topic')
  if (qos > 0 && bytes[identifierAt] === 0 && bytes[identifierAt + 1] === 0) {
    return protocol('a PUBLISH has the packet identifier 0')
  }
  return undefined
}

function protocol(detail: string): FrameFault {
  return { reason: 'protocol', detail }
}

function tooLarge(what: string, length: number, most: number): FrameFault {
  return { reason: 'too_large', detail: `a ${what} of ${length} bytes; at most ${most}` }
}
