/**
 * Random values from one number, many times faster than fast-check makes them: for tests that
 * want 100,000 cases in seconds. fast-check draws the number, and so reports and repeats it.
 */
export class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** A whole number from 0 up to, not including, `end`. The generator is mulberry32. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end)
  }

  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0
  }

  /** One of them; there must be one. */
  pick<const T>(all: readonly T[]): T {
    const picked = all[this.below(all.length)]
    if (picked === undefined) throw new RangeError('nothing to pick from')
    return picked
  }

  list<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.below(most + 1) }, make)
  }

  bytes(most: number): Buffer {
    return Buffer.from(this.list(most, () => this.below(256)))
  }

  /** A number as devices send them, and as they never should. */
  number(): number {
    const wild = [-0, 2 ** 53, -(2 ** 53), 1e308, 5e-324, 0.1, -1, 1e21] as const
    if (this.chance(3)) return this.pick(wild)
    return (this.below(2_000_000) - 1_000_000) / this.pick([1, 1, 7, 1_000])
  }

  text(): string {
    const pieces = [
      'a',
      '1',
      ' ',
      '\0',
      'å',
      '💡',
      '\ud83d',
      '"',
      '\\',
      ',5',
      '\n',
      '2026',
    ] as const
    return this.list(6, () => this.pick(pieces)).join('')
  }

  /** Any JSON; objects draw their names from `names`. */
  json(names: readonly [string, ...string[]], depth = 3): unknown {
    const kind = this.below(depth > 0 ? 8 : 5)
    if (kind <= 1) return this.number()
    if (kind === 2) return this.text()
    if (kind === 3) return this.chance(2)
    if (kind === 4) return null
    if (kind === 5) return this.list(3, () => this.json(names, depth - 1))
    return Object.fromEntries(
      this.list(4, () => [this.pick(names), this.json(names, depth - 1)]),
    )
  }
}
