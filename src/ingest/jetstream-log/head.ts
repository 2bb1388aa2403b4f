import { comparePositions, type Position } from '../../domain/position.ts'

/** Where the log ends, as far as this process knows. It only moves forward. */
export class Head {
  #position: Position | undefined
  readonly #listeners = new Set<(records: number) => void>()

  get position(): Position | undefined {
    return this.#position
  }

  /**
   * Moves the end to the last record of a commit and tells who listens; a place that lies behind
   * changes nothing.
   */
  advance(position: Position): void {
    const old = this.#position
    if (old !== undefined && comparePositions(position, old) <= 0) return
    this.#position = position
    for (const listener of this.#listeners) listener(position.index + 1)
  }

  /** Returns how to stop. */
  listen(listener: (records: number) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
