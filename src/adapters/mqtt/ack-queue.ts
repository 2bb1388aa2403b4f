/** First byte of the packets that answer a message, all of them four bytes long. */
export const answerTo = { puback: 0x40, pubrec: 0x50, pubcomp: 0x70 } as const

export interface Answer {
  readonly packet: (typeof answerTo)[keyof typeof answerTo]
  /** The packet identifier that it answers. */
  readonly id: number
}

export type Outcome = 'stored' | Error

interface Place {
  readonly answers: readonly Answer[]
  /** Messages and other packets that the place stands for. */
  readonly packets: number
  outcome: 'open' | Outcome
}

/**
 * Keeps the answers of one connection in the order of the messages, although the reading log may
 * finish them in another. After the first failure nothing more is answered: the connection
 * ends, and the device sends everything unanswered again.
 */
export class AckQueue {
  readonly #places: Place[] = []
  #packets = 0
  #failed = false

  /** Packets that have no answer yet, those included that get none. */
  get waiting(): number {
    return this.#packets
  }

  /** Nothing follows what `take` gave last. */
  get failed(): boolean {
    return this.#failed
  }

  /** Takes a place; the returned function says, once, how its messages fared. */
  add(answers: readonly Answer[], packets: number): (outcome: Outcome) => void {
    const place: Place = { answers, packets, outcome: 'open' }
    this.#places.push(place)
    this.#packets += packets
    return (outcome) => {
      place.outcome = outcome
    }
  }

  /** What may be sent now, in order; empty when that is nothing. */
  take(): Buffer {
    const ready: Answer[] = []
    for (;;) {
      const [next] = this.#places
      if (next === undefined || next.outcome === 'open' || this.#failed) break
      this.#places.shift()
      this.#packets -= next.packets
      if (next.outcome === 'stored') ready.push(...next.answers)
      else this.#failed = true
    }
    return encode(ready)
  }
}

function encode(answers: readonly Answer[]): Buffer {
  const bytes = Buffer.allocUnsafe(answers.length * 4)
  let at = 0
  for (const { packet, id } of answers) {
    bytes[at] = packet
    bytes[at + 1] = 2
    at = bytes.writeUInt16BE(id, at + 2)
  }
  return bytes
}
