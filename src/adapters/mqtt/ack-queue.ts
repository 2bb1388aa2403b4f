/** Tells the broker what became of one message: without an error it acknowledges. */
export type Acknowledge = (error?: Error | null) => void

interface Waiting {
  readonly acknowledge: Acknowledge
  outcome: 'open' | 'stored' | Error
}

/**
 * Acknowledges the messages of one connection in the order they came, although the reading
 * log may finish them in another. After the first failure nothing more is acknowledged: the
 * connection ends, and the device sends everything unacknowledged again.
 */
export class AckQueue {
  readonly #waiting: Waiting[] = []
  #broken: Error | undefined

  /** Takes a place; the returned function says, once, how the message fared. */
  add(acknowledge: Acknowledge): (outcome: 'stored' | Error) => void {
    const place: Waiting = { acknowledge, outcome: 'open' }
    this.#waiting.push(place)
    return (outcome) => {
      place.outcome = outcome
      this.#flush()
    }
  }

  #flush(): void {
    for (;;) {
      const [next] = this.#waiting
      if (next === undefined || next.outcome === 'open') return
      this.#waiting.shift()
      if (next.outcome !== 'stored') this.#broken ??= next.outcome
      next.acknowledge(this.#broken ?? null)
    }
  }
}
