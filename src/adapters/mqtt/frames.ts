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
    length |= (byte & 0x7f) << (7 * index)
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

/**
 * Why a later packet is refused. Acknowledgements to us are among them: nothing is ever sent
 * to a device that it could acknowledge.
 */
export function faultOfLater(header: FixedHeader, most: number): FrameFault | undefined {
  const { type, flags, length } = header
  if (length > most) return tooLarge('packet', length, most)
  switch (type) {
    case packetType.publish:
      return (flags & 0b0110) === 0b0110
        ? protocol('a PUBLISH asks for QoS 3, which does not exist')
        : undefined
    case packetType.pubrel:
      // [MQTT-3.6.1-1]
      return faultOfShape(header, { flags: 0b0010, least: 2, most: 2 })
    case packetType.subscribe:
      // [MQTT-3.8.1-1], [MQTT-3.8.3-3]: identifier, one letter of a filter, QoS.
      return faultOfShape(header, { flags: 0b0010, least: 6, most })
    case packetType.unsubscribe:
      // [MQTT-3.10.1-1], [MQTT-3.10.3-2]
      return faultOfShape(header, { flags: 0b0010, least: 5, most })
    case packetType.pingreq:
    case packetType.disconnect:
      // [MQTT-3.14.1-1]
      return faultOfShape(header, { flags: 0, least: 0, most: 0 })
    default:
      return protocol(`a packet of type ${type} is not expected here`)
  }
}

function faultOfShape(
  { type, flags, length }: FixedHeader,
  shape: { readonly flags: number; readonly least: number; readonly most: number },
): FrameFault | undefined {
  if (flags !== shape.flags)
    return protocol(`a packet of type ${type} has the flags ${flags}`)
  if (length >= shape.least && length <= shape.most) return undefined
  return protocol(`a packet of type ${type} is ${length} bytes long`)
}

/** Where the parts of a PUBLISH lie in the bytes that hold it. */
export interface PublishFrame {
  readonly qos: number
  /** The sender says that it may have sent it before. */
  readonly dup: boolean
  readonly retain: boolean
  readonly topicStart: number
  readonly topicEnd: number
  /** 1 to 65,535; 0 for QoS 0, which has none. */
  readonly id: number
  readonly payloadStart: number
  readonly end: number
}

/** Reads a PUBLISH that is there as a whole; or why it is refused. */
export function readPublish(
  bytes: Uint8Array,
  start: number,
  { flags, bytes: headBytes, length }: FixedHeader,
): PublishFrame | FrameFault {
  const body = start + headBytes
  const qos = (flags >> 1) & 0b11
  const end = body + length
  const topicStart = body + 2
  const topicEnd = topicStart + number16(bytes, body)
  const payloadStart = topicEnd + (qos > 0 ? 2 : 0)
  if (length < 2 || payloadStart > end) return shorterThanTopic
  // [MQTT-4.7.3-1]
  if (topicEnd === topicStart) return withoutTopic
  const id = qos > 0 ? number16(bytes, topicEnd) : 0
  // [MQTT-2.3.1-1]
  if (qos > 0 && id === 0) return withoutId
  // [MQTT-3.3.1-2]: without an acknowledgement nothing is sent again.
  const dup = qos > 0 && (flags & 0b1000) !== 0
  const retain = (flags & 0b0001) !== 0
  return { qos, dup, retain, topicStart, topicEnd, id, payloadStart, end }
}

/** A number of two bytes; what lies beyond the end counts as 0. */
export function number16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}

const shorterThanTopic = protocol('a PUBLISH is shorter than its own topic')
const withoutTopic = protocol('a PUBLISH has no topic')
const withoutId = protocol('a PUBLISH has the packet identifier 0')

function protocol(detail: string): FrameFault {
  return { reason: 'protocol', detail }
}

function tooLarge(what: string, length: number, most: number): FrameFault {
  return { reason: 'too_large', detail: `a ${what} of ${length} bytes; at most ${most}` }
}
