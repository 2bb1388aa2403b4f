/** Things in the order of their ids, by code unit as the databases order them. */
export class Sorted<T extends { readonly id: string }> {
  readonly #all: T[] = []

  /** In place of what has its id. */
  put(one: T): void {
    const place = this.#placeOf(one.id)
    this.#all.splice(place, this.#all[place]?.id === one.id ? 1 : 0, one)
  }

  remove(id: string): void {
    const place = this.#placeOf(id)
    if (this.#all[place]?.id === id) this.#all.splice(place, 1)
  }

  /** Changes with the next `put` and `remove`. */
  all(): readonly T[] {
    return this.#all
  }

  #placeOf(id: string): number {
    let low = 0
    let high = this.#all.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#all[middle]?.id ?? '') < id) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** What a map has under a key, made where it has nothing. */
export function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
