import type { CorruptRecord } from './reading-log.ts'

/** How many damaged records are remembered, so that each is reported once and not once a reader. */
const remembered = 10_000

/** Tells who listens about damaged records, once each while the process lives. */
export class CorruptReports {
  readonly #listeners = new Set<(corrupt: CorruptRecord) => void>()
  #reported = new Set<string>()

  /** Returns how to stop. */
  listen(listener: (corrupt: CorruptRecord) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  report(corrupt: CorruptRecord): void {
    const key = `${corrupt.sequence}/${corrupt.index ?? ''}`
    if (this.#reported.has(key)) return
    if (this.#reported.size >= remembered) this.#reported = new Set()
    this.#reported.add(key)
    for (const listener of this.#listeners) listener(corrupt)
  }
}
