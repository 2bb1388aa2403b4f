/** Bytes that one request holds. */
export interface Hold {
  /** From now on so many; false, and as before, when there is no room. */
  set(bytes: number): boolean
  /** The same, but never fewer than before. */
  atLeast(bytes: number): boolean
  /** Gives them back; harmless the second time. */
  release(): void
}

/** Counts the bytes of requests under way, over all and by connection. */
export class Room {
  readonly #most: number
  readonly #mostEach: number
  readonly #each = new Map<string, number>()
  #all = 0

  constructor(bounds: { readonly all: number; readonly each: number }) {
    this.#most = bounds.all
    this.#mostEach = bounds.each
  }

  /** Bytes held now. */
  get held(): number {
    return this.#all
  }

  /** Starts a hold of nothing. */
  hold(connection: string): Hold {
    let held = 0
    let released = false
    const set = (bytes: number): boolean => {
      if (released || !this.#change(connection, bytes - held)) return false
      held = bytes
      return true
    }
    return {
      set,
      atLeast: (bytes) => bytes <= held || set(bytes),
      release: () => {
        if (!released) this.#change(connection, -held)
        released = true
      },
    }
  }

  #change(connection: string, by: number): boolean {
    const each = (this.#each.get(connection) ?? 0) + by
    if (by > 0 && (this.#all + by > this.#most || each > this.#mostEach)) return false
    this.#all += by
    if (each === 0) this.#each.delete(connection)
    else this.#each.set(connection, each)
    return true
  }
}
