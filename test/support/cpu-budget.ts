/**
 * The processor time of many single cases. It is counted for this thread alone, so another
 * program on the machine does not matter; the system counts in steps of about a millisecond.
 */
export class CpuBudget {
  readonly #ms: number[] = []

  /** Does the work and counts what it took. */
  count<T>(work: () => T): T {
    const before = process.threadCpuUsage()
    const result = work()
    const { user, system } = process.threadCpuUsage(before)
    this.#ms.push((user + system) / 1_000)
    return result
  }

  get longestMs(): number {
    return this.#ms.reduce((most, ms) => Math.max(most, ms), 0)
  }

  /** `kept` when there were `cases`, 99 of 100 took less than 5 ms, and none 50 ms. */
  verdict(cases: number): string {
    const sorted = this.#ms.toSorted((a, b) => a - b)
    const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN
    if (sorted.length >= cases && p99 < 5 && this.longestMs < 50) return 'kept'
    return `${sorted.length} cases, p99 ${p99} ms, longest ${this.longestMs} ms`
  }
}
