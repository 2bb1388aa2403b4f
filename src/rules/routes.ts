import type { PointId } from '../domain/ids.ts'
import type { Block } from './block.ts'

/** From a point to everything that reads it: flat arrays, for there are as many as points. */
export class Routes {
  /** Points that some rule reads. */
  readonly size: number
  /** Number → id. */
  readonly ids: Uint32Array
  /** By point's number: its first route, and one entry more. */
  readonly first: Uint32Array
  readonly block: Uint16Array
  /** Socket of the block. */
  readonly socket: Uint16Array
  readonly subject: Uint32Array
  readonly #numbers: Numbers

  constructor(blocks: readonly (Block | undefined)[]) {
    const ids = new Set<PointId>()
    eachRoute(blocks, (id) => ids.add(id))
    this.ids = Uint32Array.from(ids).toSorted()
    this.size = this.ids.length
    this.#numbers = new Numbers(this.ids)
    this.first = new Uint32Array(this.size + 1)
    eachRoute(blocks, (id) => {
      const after = (this.indexOf(id) ?? 0) + 1
      this.first[after] = (this.first[after] ?? 0) + 1
    })
    for (let point = 0; point < this.size; point += 1) {
      this.first[point + 1] = (this.first[point + 1] ?? 0) + (this.first[point] ?? 0)
    }
    const count = this.first[this.size] ?? 0
    this.block = new Uint16Array(count)
    this.socket = new Uint16Array(count)
    this.subject = new Uint32Array(count)
    const next = this.first.slice()
    eachRoute(blocks, (id, route) => {
      const point = this.indexOf(id) ?? 0
      const place = next[point] ?? 0
      next[point] = place + 1
      this.block[place] = route.block
      this.socket[place] = route.socket
      this.subject[place] = route.subject
    })
  }

  /** A point's number, undefined for one that no rule reads. */
  indexOf(id: number): number | undefined {
    return this.#numbers.of(id)
  }
}

interface Route {
  readonly block: number
  readonly socket: number
  readonly subject: number
}

function eachRoute(
  blocks: readonly (Block | undefined)[],
  visit: (id: PointId, route: Route) => void,
): void {
  blocks.forEach((one, block) => {
    one?.sockets.forEach(({ crowd, role }, socket) => {
      for (let subject = 0; subject < crowd.size; subject += 1) {
        const id = crowd.subject(subject).points.get(role)
        if (id !== undefined) visit(id, { block, socket, subject })
      }
    })
  })
}

/** Ids are issued from 1 upwards, so mostly an array does; where they lie far apart, a map. */
class Numbers {
  readonly #array: Int32Array
  readonly #map: ReadonlyMap<number, number> | undefined

  constructor(ids: Uint32Array) {
    const last = ids.at(-1) ?? 0
    const isDense = last <= 8 * ids.length + 1_024
    this.#array = new Int32Array(isDense ? last + 1 : 0).fill(-1)
    this.#map = isDense ? undefined : new Map([...ids].map((id, index) => [id, index]))
    if (isDense) ids.forEach((id, index) => (this.#array[id] = index))
  }

  of(id: number): number | undefined {
    if (this.#map !== undefined) return this.#map.get(id)
    const index = id < this.#array.length ? (this.#array[id] ?? -1) : -1
    return index < 0 ? undefined : index
  }
}
