import type { PointId } from '../domain/ids.ts'
import { REORDER_WINDOW } from '../domain/reading.ts'
import type { Block } from './block.ts'
import type { DueQueue } from './due-queue.ts'
import { mayStay, stays } from './at-rest.ts'
import { advance, evaluate, isWaiting, type Moment } from './evaluate.ts'
import type { Pages } from './pages.ts'
import type { Points } from './points.ts'
import { rewind } from './rewind.ts'
import type { Routes } from './routes.ts'
import { mark } from './rows.ts'
import type { PointsColumns } from './scratch.ts'
import { ShortWay } from './short-way.ts'
import type { Socket } from './socket.ts'
import type { Speaker } from './speaker.ts'
import type { AnyBlock } from './targets.ts'

/** What readings come into. */
export interface IntakeParts {
  readonly blocks: readonly AnyBlock[]
  /** By target: its block. */
  readonly blockOf: Uint16Array
  readonly routes: Routes
  readonly points: Points
  readonly pages: Pages
  readonly queue: DueQueue
  readonly speaker: Speaker
  readonly moment: Moment
}

/** The way of a reading to everything that rests on it: nearly all the detector ever does. */
export class Intake {
  readonly #blocks: readonly AnyBlock[]
  readonly #blockOf: Uint16Array
  readonly #routes: Routes
  readonly #points: Points
  readonly #pages: Pages
  readonly #queue: DueQueue
  readonly #speaker: Speaker
  readonly #moment: Moment
  readonly #shortWay: ShortWay
  /** Targets that the readings at hand touched, and those that heard of their past. */
  readonly #touched: number[] = []
  readonly #old: { readonly target: number; readonly at: number }[] = []

  constructor(parts: IntakeParts) {
    this.#shortWay = new ShortWay(parts)
    this.#blocks = parts.blocks
    this.#blockOf = parts.blockOf
    this.#routes = parts.routes
    this.#points = parts.points
    this.#pages = parts.pages
    this.#queue = parts.queue
    this.#speaker = parts.speaker
    this.#moment = parts.moment
  }

  /** The readings of one record, in the order of their effective times. */
  readings(
    columns: PointsColumns,
    point: Uint32Array,
    { from, to }: { readonly from: number; readonly to: number },
  ): void {
    const { effective } = columns
    const order = orderOf(effective, from, to)
    for (let next = from; next < to;) {
      const at = effective[order === undefined ? next : (order[next - from] ?? 0)] ?? 0
      next = this.#sameTime(columns, point, { next, to, from, at, order })
    }
  }

  /** Takes in the readings of one time and judges what they touched; answers where the next begin. */
  #sameTime(
    columns: PointsColumns,
    point: Uint32Array,
    rows: {
      readonly next: number
      readonly from: number
      readonly to: number
      readonly at: number
      readonly order: readonly number[] | undefined
    },
  ): number {
    const { from, to, at, order } = rows
    const { effective, ingest } = columns
    let { next } = rows
    let historical = true
    for (; next < to; next += 1) {
      // A later time must wait: what was touched at this one is not judged yet.
      if (order === undefined && effective[next] === at) {
        next = this.#shortWay.take(columns, point, next, to)
        if (next === to) break
      }
      const row = order === undefined ? next : (order[next - from] ?? 0)
      if (effective[row] !== at) break
      historical &&= at < (ingest[row] ?? 0) - REORDER_WINDOW
      this.#reading(columns, row, point[row] ?? 0)
    }
    this.#judge(at, historical)
    return next
  }

  #reading(columns: PointsColumns, row: number, id: number): void {
    const point = this.#routes.indexOf(id)
    if (point === undefined) return
    const at = columns.effective[row] ?? 0
    if (at > (this.#points.at[point] ?? 0)) {
      this.#moment.historical = at < (columns.ingest[row] ?? 0) - REORDER_WINDOW
      this.#bringAll(point, at)
    }
    const heard = this.#points.hear(point, columns, row)
    if (heard === 0) return
    this.#pages.touchPoint(point)
    const only = this.#routes.only[point] ?? -1
    if (only < 0) this.#shared(-1 - only, point, at, heard === 1)
    else {
      const block = this.#eventOf(only)
      const target = only - block.first
      if (heard === 1) this.#plain(block, target, point)
      else this.#isNear(block, target, at)
    }
  }

  /** A reading of a point that several read; `place`: that of the point among those. */
  #shared(place: number, point: number, at: number, isNewest: boolean): void {
    const { first } = this.#routes
    const end = first[place + 1] ?? 0
    for (let route = first[place] ?? 0; route < end; route += 1) {
      if (isNewest) this.#newest(route, point)
      else this.#older(route, at)
    }
  }

  /**
   * Brings every target that a point's newest reading comes to in order up to its time. Before it is
   * heard: what rests on the reading before it may be about to be said.
   */
  #bringAll(point: number, at: number): void {
    const { only, first } = this.#routes
    const place = -1 - (only[point] ?? -1)
    if (place < 0) {
      const block = this.#eventOf(-1 - place)
      this.#bringTo(block, -1 - place - block.first, at)
      return
    }
    const end = first[place + 1] ?? 0
    for (let route = first[place] ?? 0; route < end; route += 1) {
      const block = this.#blocks[this.#routes.block[route] ?? 0]
      if (block?.kind === 'event') this.#bringTo(block, this.#targetOf(block, route), at)
    }
  }

  #bringTo(block: Block, target: number, at: number): void {
    const { rows } = block
    if (!block.isTimed && !isWaiting(rows.phase[target])) return
    // What a reading of the same time touched was brought here by that.
    if (!rows.isInOrder(target, at) || rows.has(target, mark.touched)) return
    advance(block, target, { moment: this.#moment, until: at, inclusive: false })
  }

  /** The newest reading of a point reaches the target of a plain rule. */
  #plain(block: Block, target: number, point: number): void {
    if (!mayStay(block, target, this.#points.at[point] ?? 0)) {
      const [socket] = block.sockets
      if (socket !== undefined) this.#inTurn(block, { socket, subject: target }, point)
    } else if (stays(block, target, this.#points, point))
      this.#pages.touchTarget(block.first + target)
    else this.#touch(block, target)
  }

  /** The newest reading of a point reaches one target. */
  #newest(route: number, point: number): void {
    const block = this.#blocks[this.#routes.block[route] ?? 0]
    if (block?.kind !== 'event') return
    const subject = this.#routes.subject[route] ?? 0
    const socket = block.sockets[this.#routes.socket[route] ?? 0]
    if (block.isPlain) this.#plain(block, subject, point)
    else if (socket !== undefined) this.#inTurn(block, { socket, subject }, point)
  }

  /** The same in all other cases: the target, which was brought to its time, waits for its neighbours. */
  #inTurn(
    block: Block,
    { socket, subject }: { readonly socket: Socket; readonly subject: number },
    point: number,
  ): void {
    const { rows } = block
    const target = socket.crowd.targetOf(subject)
    const at = this.#points.at[point] ?? 0
    const inOrder = rows.isInOrder(target, at)
    if (!inOrder && this.#isNear(block, target, at)) return
    if (!rows.has(target, mark.touched)) {
      if (inOrder) block.keepCheckpoint(target, at)
      this.#touch(block, target)
    }
    block.takeNewest(socket, subject, this.#points, point)
  }

  /** A reading of the past reaches one target. */
  #older(route: number, at: number): void {
    const block = this.#blocks[this.#routes.block[route] ?? 0]
    if (block?.kind !== 'event') return
    this.#isNear(block, this.#targetOf(block, route), at)
  }

  /** The target of its block that a route leads to. */
  #targetOf({ sockets }: Block, route: number): number {
    const { socket, subject } = this.#routes
    const crowd = sockets[socket[route] ?? 0]?.crowd
    return crowd?.targetOf(subject[route] ?? 0) ?? 0
  }

  /** Within the window behind the target's newest evaluation? Then it is to go back there. */
  #isNear(block: Block, target: number, at: number): boolean {
    const isNear = at >= (block.rows.time[target] ?? -Infinity) - REORDER_WINDOW
    if (isNear) this.#old.push({ target: block.first + target, at })
    return isNear
  }

  /** It is judged when all readings of this time are taken. Not before its checkpoint, which must not carry it. */
  #touch(block: Block, target: number): void {
    this.#touched.push(block.first + target)
    block.rows.set(target, mark.touched)
  }

  /** Judges what was touched, in the order of the targets; then tells those that heard of their past. */
  #judge(at: number, historical: boolean): void {
    const touched = this.#touched
    for (let index = 1; index < touched.length; index += 1) {
      if ((touched[index] ?? 0) < (touched[index - 1] ?? 0)) {
        touched.sort((a, b) => a - b)
        break
      }
    }
    const moment = this.#moment
    for (const target of touched) {
      const block = this.#eventOf(target)
      const own = target - block.first
      const time = block.rows.time[own] ?? -Infinity
      moment.byReading = true
      moment.historical = historical
      moment.at = Math.max(at, time)
      evaluate(block, own, moment)
      // What came too late to be put in its place cannot be gone back behind.
      if (at < time) block.forgetPast(own)
      this.#pages.touchTarget(target)
      if (block.isTimed || isWaiting(block.rows.phase[own])) this.#queue.sooner(target)
    }
    touched.length = 0
    if (this.#old.length > 0) this.#goBack()
  }

  #goBack(): void {
    const earliest = new Map<number, number>()
    for (const { target, at } of this.#old) {
      earliest.set(target, Math.min(at, earliest.get(target) ?? Infinity))
    }
    this.#old.length = 0
    const parts = {
      points: this.#points,
      speaker: this.#speaker,
      indexOf: (point: PointId) => this.#routes.indexOf(point),
    }
    for (const [target, at] of [...earliest].toSorted(([a], [b]) => a - b)) {
      const block = this.#eventOf(target)
      rewind(block, target - block.first, { at, parts })
      this.#pages.touchTarget(target)
      this.#queue.sooner(target)
    }
  }

  #eventOf(target: number): Block {
    const block = this.#blocks[this.#blockOf[target] ?? 0]
    if (block?.kind !== 'event') throw new Error(`target ${target} hears no points`)
    return block
  }
}

/** Rows `from` to `to` by time, those of one time in their order; undefined where they are so already. */
function orderOf(
  effective: Float64Array,
  from: number,
  to: number,
): readonly number[] | undefined {
  for (let row = from + 1; row < to; row += 1) {
    if ((effective[row] ?? 0) >= (effective[row - 1] ?? 0)) continue
    return Array.from({ length: to - from }, (_, index) => from + index).toSorted(
      (a, b) => (effective[a] ?? 0) - (effective[b] ?? 0),
    )
  }
  return undefined
}
