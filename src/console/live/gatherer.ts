import type { QueryClient } from '@tanstack/react-query'
import { affected, type Key } from './affected.ts'

/** Changes within this time are asked for together. */
const GATHER_MS = 300

/**
 * Turns a stream of changes into as few new questions as possible: one round at a time, so a flood
 * of changes can neither cancel the answers it asks for nor pile up behind them.
 */
export class Gatherer {
  readonly #client: QueryClient
  #keys = new Map<string, Key>()
  #everything = false
  #running = false
  #closed = false

  constructor(client: QueryClient) {
    this.#client = client
  }

  change(kind: string, subject: string): void {
    const keys = affected(kind, subject)
    if (keys === undefined) this.#everything = true
    else for (const key of keys) this.#keys.set(key.join(' '), key)
    this.#wake()
  }

  /** Something may have been missed: ask for everything again. */
  all(): void {
    this.#everything = true
    this.#wake()
  }

  open(): void {
    this.#closed = false
  }

  /** Asks for nothing until it is opened again. */
  close(): void {
    this.#closed = true
  }

  #wake(): void {
    if (this.#running || this.#closed) return
    this.#running = true
    setTimeout(() => void this.#round(), GATHER_MS)
  }

  async #round(): Promise<void> {
    const keys = [...this.#keys.values()]
    const everything = this.#everything
    this.#keys = new Map()
    this.#everything = false
    if (!this.#closed) {
      const asked = (everything ? [[]] : keys).map((queryKey: readonly string[]) => {
        this.#keepIfFirst(queryKey)
        return this.#client.invalidateQueries({ queryKey })
      })
      // A query keeps what went wrong and shows it; there is nothing to add here.
      await Promise.allSettled(asked)
    }
    this.#running = false
    if (this.#keys.size > 0 || this.#everything) this.#wake()
  }

  /**
   * A first answer that is still on its way may be older than the change, and a query without data
   * is not asked a second time meanwhile. So the change stays for the next round.
   */
  #keepIfFirst(queryKey: readonly string[]): void {
    const first = this.#client
      .getQueryCache()
      .findAll({ queryKey, fetchStatus: 'fetching' })
      .some((query) => query.state.data === undefined)
    if (!first) return
    const [kind, subject] = queryKey
    if (kind === undefined) this.#everything = true
    else
      this.#keys.set(queryKey.join(' '), subject === undefined ? [kind] : [kind, subject])
  }
}
