import type { TimeUs } from '../../domain/time.ts'
import { mostOccurrences } from './occurrences.ts'

/** What people would have heard of a rule since the beginning of a range, in bounded memory. */
export class Told {
  readonly #from: TimeUs
  readonly #times: TimeUs[] = []
  readonly #byAsset = new Map<string, number>()
  /** How often people heard of it. */
  count = 0

  constructor(from: TimeUs) {
    this.#from = from
  }

  hear(asset: string, at: TimeUs): void {
    if (at < this.#from) return
    this.count++
    this.#byAsset.set(asset, (this.#byAsset.get(asset) ?? 0) + 1)
    if (this.#times.length < mostOccurrences) this.#times.push(at)
  }

  /** Ascending; the first 100,000. */
  times(): readonly TimeUs[] {
    return this.#times
  }

  byAsset(): ReadonlyMap<string, number> {
    return this.#byAsset
  }
}
