import { Problem } from '../domain/problem.ts'

/** Lets at most `width` pieces of work run at a time, in order; others wait, up to a bound. */
export class Lane {
  readonly #width: number
  readonly #maxWaiting: number
  readonly #waiting: (() => void)[] = []
  readonly #emptied: (() => void)[] = []
  #running = 0

  constructor(bounds: { readonly width: number; readonly maxWaiting: number }) {
    this.#width = bounds.width
    this.#maxWaiting = bounds.maxWaiting
  }

  /** Rejects with a Problem when too many wait already, else as `work` does. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#width) this.#running++
    else await this.#turn()
    try {
      return await work()
    } finally {
      this.#handOn()
    }
  }

  /** Resolves when nothing runs or waits. */
  async empty(): Promise<void> {
    if (this.#running === 0) return
    await new Promise<void>((resolve) => this.#emptied.push(resolve))
  }

  #turn(): Promise<void> {
    if (this.#waiting.length < this.#maxWaiting) {
      return new Promise((resolve) => this.#waiting.push(resolve))
    }
    throw new Problem({
      kind: 'unavailable',
      what: 'The history of readings is busy',
      why: `${this.#waiting.length} requests wait for it already`,
      next: 'Try again in a moment',
    })
  }

  /** The place goes straight to the next in line, so nobody can slip in between. */
  #handOn(): void {
    const next = this.#waiting.shift()
    if (next !== undefined) {
      next()
      return
    }
    this.#running--
    if (this.#running === 0) for (const done of this.#emptied.splice(0)) done()
  }
}
