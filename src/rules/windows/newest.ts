import { refuse, savedBit, savedList, savedNumber, savedTime } from './saved.ts'

/** What one point said last, for every row: a number or a text, and whether it is UNKNOWN since. */
export class Newest {
  readonly #at: Float64Array
  readonly #value: Float64Array
  readonly #lost: Uint8Array
  /** Only rows whose newest value is a text are in it. */
  readonly #text = new Map<number, string>()

  constructor(rows: number) {
    this.#at = new Float64Array(rows).fill(-Infinity)
    this.#value = new Float64Array(rows).fill(Number.NaN)
    this.#lost = new Uint8Array(rows).fill(1)
  }

  take(row: number, at: number, value: number, text: string | undefined): void {
    this.#at[row] = at
    // Adding 0 makes -0 a plain 0, which JSON would do anyway.
    this.#value[row] = value + 0
    this.#lost[row] = 0
    if (text !== undefined) this.#text.set(row, text)
    else if (this.#text.size > 0) this.#text.delete(row)
  }

  lose(row: number): void {
    this.#lost[row] = 1
  }

  /** Is what it says now UNKNOWN, or has it never spoken? */
  isLost(row: number): boolean {
    return this.#lost[row] !== 0
  }

  /** When it last said something that is known, µs; -Infinity before. */
  at(row: number): number {
    return this.#at[row] ?? -Infinity
  }

  /** NaN when it is a text, and before anything was said. */
  value(row: number): number {
    return this.#value[row] ?? Number.NaN
  }

  text(row: number): string | undefined {
    return this.#text.get(row)
  }

  copy(from: number, to: number): void {
    this.take(to, this.at(from), this.value(from), this.text(from))
    this.#lost[to] = this.#lost[from] ?? 1
  }

  clear(row: number): void {
    this.take(row, -Infinity, Number.NaN, undefined)
    this.#lost[row] = 1
  }

  /** null while it has never spoken. */
  save(row: number): unknown {
    if (this.at(row) === -Infinity) return null
    return [this.at(row), this.text(row) ?? this.value(row), this.#lost[row]]
  }

  load(row: number, saved: unknown): void {
    if (saved === null) {
      this.clear(row)
      return
    }
    const [at, value, lost] = savedList(saved, 3)
    if (typeof value === 'string') this.take(row, savedTime(at), Number.NaN, value)
    else if (typeof value === 'number')
      this.take(row, savedTime(at), savedNumber(value), undefined)
    else refuse('a value that is a number or a text')
    this.#lost[row] = savedBit(lost)
  }
}
