/** Rings hold 4, 16, 64, 256 or 1,024 readings; a point moves to the next size when its ring is full. */
const BITS = [2, 4, 6, 8, 10] as const
/** Readings behind the newest that a point keeps at most; what is older than those is history only. */
export const MOST_RECENT = 1_024

/** What a point said at one time; `meta` is the business of `points.ts`. */
export interface Said {
  /** µs. */
  readonly at: number
  readonly value: number
  readonly meta: number
}

/** The newest reading of each point, as columns by point. */
export interface NewestColumns {
  readonly at: Float64Array
  readonly value: Float64Array
  readonly meta: Uint8Array
}

/**
 * The readings just behind the newest of each point, the oldest first, where a point speaks so often
 * that there are any. Rings in columns of doubles, because every reading comes by here: a list for
 * each point would be grown, moved and swept all the time. Slow points have no ring at all.
 */
export class Recent {
  readonly #newest: NewestColumns
  /** The first has no room at all: a point without a ring is in it. */
  readonly #slabs = [new Slab(0, 0), ...BITS.map((bits) => new Slab(bits, 2 ** bits))]
  /** By point: its slab, and which ring of that. Made with the first ring. */
  #slabOf = new Uint8Array(0)
  #ringOf = new Uint32Array(0)

  constructor(newest: NewestColumns) {
    this.#newest = newest
  }

  count(point: number): number {
    return this.#slab(point).count[this.#ringOf[point] ?? 0] ?? 0
  }

  /** µs; `index` is below `count`. */
  at(point: number, index: number): number {
    const slab = this.#slab(point)
    return slab.at[slab.place(this.#ringOf[point] ?? 0, index)] ?? -Infinity
  }

  get(point: number, index: number): Said {
    const slab = this.#slab(point)
    const place = slab.place(this.#ringOf[point] ?? 0, index)
    return {
      at: slab.at[place] ?? -Infinity,
      value: slab.value[place] ?? Number.NaN,
      meta: slab.meta[place] ?? 0,
    }
  }

  /**
   * The newest reading of a point becomes one of these, for a newer one comes. Those before `from` (µs)
   * go, though not before room is needed: ask `trim` first where they would show.
   */
  keepNewest(point: number, from: number): void {
    const { at, value, meta } = this.#newest
    const before = at[point] ?? -Infinity
    if (before < from) {
      this.forget(point)
      return
    }
    let slab = this.#slab(point)
    let ring = this.#ringOf[point] ?? 0
    if (slab.isFull(ring)) {
      slab.dropBefore(ring, from)
      slab = this.#withRoom(point)
      ring = this.#ringOf[point] ?? 0
    }
    const place = slab.add(ring)
    slab.at[place] = before
    slab.value[place] = value[point] ?? 0
    slab.meta[place] = meta[point] ?? 0
  }

  /** Puts a reading in before that at `index`. The oldest goes where there are too many. */
  insert(point: number, index: number, said: Said): void {
    const before = this.count(point)
    // It would be the oldest, and so the first to go.
    if (index === 0 && before >= MOST_RECENT) return
    const slab = this.#withRoom(point)
    const ring = this.#ringOf[point] ?? 0
    const to = index - (before - this.count(point))
    slab.add(ring)
    for (let next = this.count(point) - 1; next > to; next -= 1) {
      slab.copy(slab.place(ring, next - 1), slab, slab.place(ring, next))
    }
    this.replace(point, to, said)
  }

  replace(point: number, index: number, { at, value, meta }: Said): void {
    const slab = this.#slab(point)
    const place = slab.place(this.#ringOf[point] ?? 0, index)
    slab.at[place] = at
    slab.value[place] = value
    slab.meta[place] = meta
  }

  /** Lets go of those before `from` (µs). */
  trim(point: number, from: number): void {
    this.#slab(point).dropBefore(this.#ringOf[point] ?? 0, from)
  }

  forget(point: number): void {
    if ((this.#slabOf[point] ?? 0) === 0) return
    this.#slab(point).release(this.#ringOf[point] ?? 0)
    this.#slabOf[point] = 0
  }

  #slab(point: number): Slab {
    const slab = this.#slabs[this.#slabOf[point] ?? 0]
    if (slab === undefined) throw new Error(`no slab of point ${point}`)
    return slab
  }

  /** The slab of a point, whose ring there has room for one more. */
  #withRoom(point: number): Slab {
    const slab = this.#slab(point)
    const ring = this.#ringOf[point] ?? 0
    if (!slab.isFull(ring)) return slab
    if (slab.capacity < MOST_RECENT) return this.#moveUp(point)
    slab.dropOldest(ring)
    return slab
  }

  #moveUp(point: number): Slab {
    if (this.#slabOf.length === 0) {
      this.#slabOf = new Uint8Array(this.#newest.at.length)
      this.#ringOf = new Uint32Array(this.#newest.at.length)
    }
    const old = this.#slab(point)
    const from = this.#ringOf[point] ?? 0
    const count = this.count(point)
    this.#slabOf[point] = (this.#slabOf[point] ?? 0) + 1
    const slab = this.#slab(point)
    const ring = slab.take()
    this.#ringOf[point] = ring
    for (let index = 0; index < count; index += 1) {
      slab.copy(old.place(from, index), old, slab.add(ring))
    }
    if (count > 0) old.release(from)
    return slab
  }
}

/** Rings of one size. */
class Slab {
  readonly capacity: number
  at = new Float64Array(0)
  value = new Float64Array(0)
  meta = new Uint8Array(0)
  /** By ring: how many readings there are, and where in the ring the oldest is. */
  count = new Uint16Array(0)
  #oldest = new Uint16Array(0)
  readonly #bits: number
  readonly #free: number[] = []
  #used = 0

  constructor(bits: number, capacity: number) {
    this.#bits = bits
    this.capacity = capacity
  }

  take(): number {
    const free = this.#free.pop()
    if (free !== undefined) return free
    if (this.#used === this.count.length) this.#grow(Math.max(16, 2 * this.#used))
    this.#used += 1
    return this.#used - 1
  }

  release(ring: number): void {
    this.count[ring] = 0
    this.#free.push(ring)
  }

  /** Where in the columns reading `index` of a ring is. */
  place(ring: number, index: number): number {
    const inRing = ((this.#oldest[ring] ?? 0) + index) & (this.capacity - 1)
    return (ring << this.#bits) + inRing
  }

  isFull(ring: number): boolean {
    return (this.count[ring] ?? 0) >= this.capacity
  }

  /** Makes room for one more behind the newest; answers its place. */
  add(ring: number): number {
    const count = this.count[ring] ?? 0
    this.count[ring] = count + 1
    return this.place(ring, count)
  }

  dropOldest(ring: number): void {
    this.#oldest[ring] = ((this.#oldest[ring] ?? 0) + 1) & (this.capacity - 1)
    this.count[ring] = (this.count[ring] ?? 0) - 1
  }

  dropBefore(ring: number, from: number): void {
    while ((this.count[ring] ?? 0) > 0 && (this.at[this.place(ring, 0)] ?? 0) < from) {
      this.dropOldest(ring)
    }
  }

  copy(from: number, of: Slab, to: number): void {
    this.at[to] = of.at[from] ?? 0
    this.value[to] = of.value[from] ?? 0
    this.meta[to] = of.meta[from] ?? 0
  }

  #grow(rings: number): void {
    const [at, value, meta, count, oldest] = [
      this.at,
      this.value,
      this.meta,
      this.count,
      this.#oldest,
    ]
    this.at = new Float64Array(rings << this.#bits)
    this.at.set(at)
    this.value = new Float64Array(rings << this.#bits)
    this.value.set(value)
    this.meta = new Uint8Array(rings << this.#bits)
    this.meta.set(meta)
    this.count = new Uint16Array(rings)
    this.count.set(count)
    this.#oldest = new Uint16Array(rings)
    this.#oldest.set(oldest)
  }
}
