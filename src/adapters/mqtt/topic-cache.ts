import type { DeviceLogin } from '../adapter.ts'
import { speakerOf } from '../topics.ts'

export interface Spoken {
  readonly topic: string
  /** Whom the message speaks for. */
  readonly device: string
}

/** Topics that one connection's cache holds; a gateway may speak for that many devices at full speed. */
const most = 1_000

/**
 * What a login's topics mean. A device says nearly everything to the same topic, so the bytes of
 * the last one are compared first, and nothing is decoded or matched when they are the same.
 */
export class TopicCache {
  readonly #login: DeviceLogin
  readonly #known = new Map<string, Spoken>()
  #lastBytes: Uint8Array = new Uint8Array()
  #last: Spoken | undefined

  constructor(login: DeviceLogin) {
    this.#login = login
  }

  /** Undefined when this login may not publish to the topic that stands there. */
  find(bytes: Buffer, start: number, end: number): Spoken | undefined {
    if (this.#last !== undefined && isSame(this.#lastBytes, bytes, { start, end })) {
      return this.#last
    }
    const spoken = this.#lookUp(bytes.toString('utf8', start, end))
    if (spoken === undefined) return undefined
    this.#lastBytes = new Uint8Array(bytes.subarray(start, end))
    this.#last = spoken
    return spoken
  }

  #lookUp(topic: string): Spoken | undefined {
    const known = this.#known.get(topic)
    if (known !== undefined) return known
    const device = speakerOf(this.#login, topic)
    if (device === undefined) return undefined
    if (this.#known.size >= most) this.#known.clear()
    const spoken = { topic, device }
    this.#known.set(topic, spoken)
    return spoken
  }
}

function isSame(
  last: Uint8Array,
  bytes: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
): boolean {
  if (end - start !== last.length) return false
  for (let index = 0; index < last.length; index += 1) {
    if (bytes[start + index] !== last[index]) return false
  }
  return true
}
