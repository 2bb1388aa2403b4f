/** A QoS 1 message of one connection that is not acknowledged yet. */
export interface Place {
  readonly messageId: number
  readonly bytes: number
  stored: boolean
}

export interface WindowParts {
  readonly messages: number
  readonly bytes: number
  readonly acknowledge: (messageId: number) => void
}

/**
 * The QoS 1 messages of one connection that wait for the reading log. They are acknowledged in the
 * order they came, although the log may finish them in another. A window belongs to one connection:
 * packet identifiers mean nothing on the next one, so nothing is acknowledged after `forget`.
 */
export class AckWindow {
  readonly #parts: WindowParts
  #waiting: Place[] = []
  #bytes = 0
  #forgotten = false

  constructor(parts: WindowParts) {
    this.#parts = parts
  }

  get size(): number {
    return this.#waiting.length
  }

  /** A place for the message; undefined when the window is full. */
  take(messageId: number, bytes: number): Place | undefined {
    const { messages, bytes: mostBytes } = this.#parts
    if (this.#waiting.length >= messages) return undefined
    if (this.#bytes + bytes > mostBytes) return undefined
    const place = { messageId, bytes, stored: false }
    this.#waiting.push(place)
    this.#bytes += bytes
    return place
  }

  /** The message is durable, or was refused for good: it may be acknowledged when its turn comes. */
  settle(place: Place): void {
    place.stored = true
    if (this.#forgotten || this.#waiting[0] !== place) return
    const open = this.#waiting.findIndex(({ stored }) => !stored)
    const done = this.#waiting.splice(0, open === -1 ? this.#waiting.length : open)
    for (const { messageId, bytes } of done) {
      this.#bytes -= bytes
      this.#parts.acknowledge(messageId)
    }
  }

  /** The connection is gone: the broker will send everything unacknowledged again. */
  forget(): void {
    this.#forgotten = true
    this.#waiting = []
    this.#bytes = 0
  }
}
