/** MQTT 3.1.1 packets of the load generator, by hand: a client library would cost more than the service. */

export interface Credential {
  readonly username: string
  readonly secret: string
  readonly topic: string
}

export function connectPacket({ username, secret }: Credential): Buffer {
  const clean = 0x02
  const withCredentials = 0xc0
  const header = Buffer.concat([
    text('MQTT'),
    Buffer.from([4, clean | withCredentials, 0, 0]),
    text(''),
    text(username),
    text(secret),
  ])
  return Buffer.concat([Buffer.from([0x10]), remaining(header.length), header])
}

/** One QoS 1 PUBLISH. */
export function publishPacket(topic: string, payload: string, id: number): Buffer {
  const head = text(topic)
  const body = Buffer.from(payload)
  const number = Buffer.alloc(2)
  number.writeUInt16BE(id)
  const size = remaining(head.length + 2 + body.length)
  return Buffer.concat([Buffer.from([0x32]), size, head, number, body])
}

/** A QoS 1 PUBLISH that is made again and again: only the packet id, the time and the values change. */
export class PublishTemplate {
  readonly length: number
  readonly #bytes: Buffer
  readonly #idAt: number
  readonly #timeAt: number
  #lastId = 0

  /** `values` numbers of two decimals stand in the message, by the names `p0`, `p1`, … */
  constructor(topic: string, values: number) {
    const names = Array.from({ length: values }, (_, n) => `"p${n}":${(20 + n).toFixed(2)}`)
    const payload = Buffer.from(`{"ts":${'0'.repeat(timeDigits)},${names.join(',')}}`)
    const head = text(topic)
    const size = remaining(head.length + 2 + payload.length)
    this.#bytes = Buffer.concat([Buffer.from([0x32]), size, head, Buffer.alloc(2), payload])
    this.length = this.#bytes.length
    this.#idAt = 1 + size.length + head.length
    this.#timeAt = this.#idAt + 2 + payload.indexOf('0000')
  }

  /** Writes `count` packets, the first with the time `time` (µs), each 1 µs after the one before. */
  packets(count: number, time: number): Buffer {
    const all = Buffer.allocUnsafe(count * this.length)
    for (let n = 0; n < count; n++) {
      const at = n * this.length
      this.#bytes.copy(all, at)
      this.#lastId = (this.#lastId % 0xffff) + 1
      all.writeUInt16BE(this.#lastId, at + this.#idAt)
      this.#stamp(all, at + this.#timeAt, time + n)
    }
    return all
  }

  #stamp(target: Buffer, at: number, time: number): void {
    let left = time
    for (let digit = timeDigits - 1; digit >= 0; digit--) {
      const rest = left % 10
      target[at + digit] = 0x30 + rest
      left = (left - rest) / 10
    }
    // The last digit of the first value follows the time, so that values differ.
    target[at + timeDigits + valueOffset] = 0x30 + (time % 10)
  }
}

const timeDigits = 16
/** From the end of the time to the last digit of the first value: `,"p0":20.00`. */
const valueOffset = ',"p0":20.0'.length

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}

function remaining(length: number): Buffer {
  const bytes: number[] = []
  let left = length
  do {
    const low = left % 128
    left = Math.floor(left / 128)
    bytes.push(left > 0 ? low | 0x80 : low)
  } while (left > 0)
  return Buffer.from(bytes)
}
