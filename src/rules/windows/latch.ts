import { savedBit } from './saved.ts'

/** Whether the condition was TRUE when it was last known, for every row: that is when a deadband applies. */
export class Latch {
  readonly #holds: Uint8Array

  constructor(rows: number) {
    this.#holds = new Uint8Array(rows)
  }

  /** HIGH: entered at `value` ≥ `limit`, left below `limit - deadband`. Neither may be NaN. */
  decide(
    row: number,
    value: number,
    { limit, deadband }: { readonly limit: number; readonly deadband: number },
  ): boolean {
    const holds = value >= (this.holds(row) ? limit - deadband : limit)
    this.#holds[row] = holds ? 1 : 0
    return holds
  }

  holds(row: number): boolean {
    return this.#holds[row] === 1
  }

  copy(from: number, to: number): void {
    this.#holds[to] = this.#holds[from] ?? 0
  }

  clear(row: number): void {
    this.#holds[row] = 0
  }

  save(row: number): number {
    return this.#holds[row] ?? 0
  }

  load(row: number, saved: unknown): void {
    this.#holds[row] = savedBit(saved)
  }
}
