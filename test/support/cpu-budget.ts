/** A case that takes longer than this is asked again, ms. */
const SLOW = 50
/** How often a slow case is asked again. */
const AGAIN = 5

/**
 * The processor time of many single cases. It is counted for this thread alone, so another
 * program on the machine does not matter; the system counts in steps of about a millisecond.
 */
export class CpuBudget {
  readonly #ms: number[] = []

  /**
   * Does the work and counts what it took. The work must be one that can be done again: when it
   * was slow it is, and the quickest counts. A compilation or a garbage collection is this
   * thread's time too, but it does not fall on the same case time after time; what is slow by
   * itself stays slow.
   */
  count<T>(work: () => T): T {
    const { result, ms } = timed(work)
    let quickest = ms
    for (let again = 0; quickest >= SLOW && again < AGAIN; again += 1) {
      quickest = Math.min(quickest, timed(work).ms)
    }
    this.#ms.push(quickest)
    return result
  }

  get longestMs(): number {
    return this.#ms.reduce((most, ms) => Math.max(most, ms), 0)
  }

  /** `kept` when there were `cases`, 99 of 100 took less than 5 ms, and none 50 ms. */
  verdict(cases: number): string {
    const sorted = this.#ms.toSorted((a, b) => a - b)
    const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN
    if (sorted.length >= cases && p99 < 5 && this.longestMs < SLOW) return 'kept'
    return `${sorted.length} cases, p99 ${p99} ms, longest ${this.longestMs} ms`
  }
}

function timed<T>(work: () => T): { readonly result: T; readonly ms: number } {
  const before = process.threadCpuUsage()
  const result = work()
  const { user, system } = process.threadCpuUsage(before)
  return { result, ms: (user + system) / 1_000 }
}
