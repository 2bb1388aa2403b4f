import type { Block } from './block.ts'

/**
 * From a point to everything that reads it: flat arrays, for there are as many as points. Most points
 * are read by one plain rule alone; for those its target is all that is kept.
 */
export class Routes {
  /** Points that some rule reads. */
  readonly size: number
  /** Number → id. */
  readonly ids: Uint32Array
  /**
   * By point's number: the target of the one plain rule that alone reads it; for other points -1 less
   * their place in `first`.
   */
  readonly only: Int32Array
  /** By place: its first route, and one entry more. */
  readonly first: Uint32Array
  readonly block: Uint16Array
  /** Socket of the block. */
  readonly socket: Uint16Array
  readonly subject: Uint32Array
  /** Id → number, -1 for none, where ids lie close together; ids beyond its end have none. Else empty. */
  readonly numbers: Int32Array
  readonly #map: ReadonlyMap<number, number> | undefined

  constructor(blocks: readonly (Block | undefined)[]) {
    const ids = new Set<number>()
    eachRoute(blocks, (id) => ids.add(id))
    this.ids = Uint32Array.from(ids).toSorted()
    this.size = this.ids.length
    // Ids are issued from 1 upwards, so mostly an array does.
    const last = this.ids.at(-1) ?? 0
    const isDense = last <= 8 * this.size + 1_024
    this.numbers = new Int32Array(isDense ? last + 1 : 0).fill(-1)
    this.#map = isDense ? undefined : new Map([...this.ids].map((id, point) => [id, point]))
    if (isDense) this.ids.forEach((id, point) => (this.numbers[id] = point))
    this.only = this.#onlyOf(blocks)
    let shared = 0
    this.only.forEach((target, point) => {
      if (target >= 0) return
      this.only[point] = -1 - shared
      shared += 1
    })
    this.first = new Uint32Array(shared + 1)
    eachRoute(blocks, (id) => {
      const place = this.#shared(id)
      if (place >= 0) this.first[place + 1] = (this.first[place + 1] ?? 0) + 1
    })
    for (let one = 0; one < shared; one += 1)
      this.first[one + 1] = (this.first[one + 1] ?? 0) + (this.first[one] ?? 0)
    const count = this.first[shared] ?? 0
    this.block = new Uint16Array(count)
    this.socket = new Uint16Array(count)
    this.subject = new Uint32Array(count)
    const next = this.first.slice()
    eachRoute(blocks, (id, route) => {
      const one = this.#shared(id)
      if (one < 0) return
      const place = next[one] ?? 0
      next[one] = place + 1
      this.block[place] = route.block
      this.socket[place] = route.socket
      this.subject[place] = route.subject
    })
  }

  /** The target of each point that one plain rule alone reads, else -1. */
  #onlyOf(blocks: readonly (Block | undefined)[]): Int32Array {
    const only = new Int32Array(this.size).fill(-1)
    const isHeard = new Uint8Array(this.size)
    eachRoute(blocks, (id, { subject }, block) => {
      const point = this.indexOf(id) ?? 0
      only[point] = isHeard[point] === 0 && block.isPlain ? block.first + subject : -1
      isHeard[point] = 1
    })
    return only
  }

  /** Place among the points that have routes; negative for one in `only`. */
  #shared(id: number): number {
    return -1 - (this.only[this.indexOf(id) ?? 0] ?? 0)
  }

  /** A point's number, undefined for one that no rule reads. */
  indexOf(id: number): number | undefined {
    if (this.#map !== undefined) return this.#map.get(id)
    const point = id < this.numbers.length ? (this.numbers[id] ?? -1) : -1
    return point < 0 ? undefined : point
  }
}

interface Route {
  readonly block: number
  readonly socket: number
  readonly subject: number
}

function eachRoute(
  blocks: readonly (Block | undefined)[],
  visit: (id: number, route: Route, block: Block) => void,
): void {
  blocks.forEach((one, block) => {
    if (one === undefined) return
    one.sockets.forEach(({ points }, socket) => {
      points.forEach((id, subject) => {
        if (id !== 0) visit(id, { block, socket, subject }, one)
      })
    })
  })
}
