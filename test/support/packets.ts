/** MQTT packets of a device, byte by byte. */

export const topicOf = (device: string): string => `v1/strandkoping/${device}/up`

export function connectPacket(
  options: {
    readonly username?: string
    readonly secret?: string
    readonly clientId?: string
    readonly level?: number
    readonly will?: {
      readonly topic: string
      readonly payload: string
      readonly qos?: number
    }
    readonly keepalive?: number
  } = {},
): Buffer {
  const { username = 'lamp-17', secret = 'right', clientId = '', level = 4, will } = options
  const willFlags = will === undefined ? 0 : 0x04 | ((will.qos ?? 0) << 3)
  const body = [
    textField(level === 3 ? 'MQIsdp' : 'MQTT'),
    Buffer.from([level, 0xc2 | willFlags]),
    bytes16(options.keepalive ?? 0),
    ...(level === 5 ? [Buffer.from([0])] : []),
    textField(clientId),
    ...(will === undefined ? [] : [textField(will.topic), textField(will.payload)]),
    textField(username),
    textField(secret),
  ]
  return packet(0x10, Buffer.concat(body))
}

export function publishPacket(
  topic: string,
  payload: string | Uint8Array,
  options: { readonly qos?: number; readonly id?: number; readonly flags?: number } = {},
): Buffer {
  const { qos = 0, id = 1, flags = 0 } = options
  const parts = [textField(topic), ...(qos > 0 ? [bytes16(id)] : []), Buffer.from(payload)]
  return packet(0x30 | (qos << 1) | flags, Buffer.concat(parts))
}

export function packet(first: number, body: Uint8Array): Buffer {
  const length: number[] = []
  let left = body.length
  do {
    const digit = left % 128
    left = Math.floor(left / 128)
    length.push(left > 0 ? digit | 0x80 : digit)
  } while (left > 0)
  return Buffer.concat([Buffer.from([first, ...length]), body])
}

/** A text as packets hold it: its length in two bytes, then its bytes, UTF-8 or not. */
export function textField(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([bytes16(bytes.length), bytes])
}

function bytes16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff])
}
