import type { ServerResponse } from 'node:http'
import type { CancelTimer, Clock } from '../../domain/clock.ts'
import type { PointId } from '../../domain/ids.ts'
import { durationUs, SECOND } from '../../domain/time.ts'
import { eventText, heartbeat } from './event-text.ts'
import type { FeedRow } from './feed-rows.ts'

/** What waits for a client whose socket is full; beyond it the client is told to load anew. */
const QUEUED_EVENTS = 256
const QUEUED_BYTES = 256 * 1024
/** A socket that takes nothing for this long belongs to nobody. */
const STALLED = durationUs(10 * SECOND)

export interface ClientParts {
  readonly raw: ServerResponse
  readonly clock: Clock
  /** May this client hear of that kind of thing? */
  readonly hears: (kind: string) => boolean
  /** The text of the newest values of some points. */
  readonly valuesText: (points: ReadonlySet<PointId>) => string
  /** The feed number up to which the client knows everything. */
  readonly knows: number
}

/**
 * One open stream. Writes as long as the socket takes it, then queues within bounds; a client that
 * outgrows them gets one `resync` in place of what it missed. Values are never queued: a point
 * that changed ten times meanwhile is sent once, as it is when the socket has room.
 */
export class StreamClient {
  readonly #parts: ClientParts
  #knows: number
  #queue: string[] = []
  #queuedBytes = 0
  #overflown = false
  #changed = new Set<PointId>()
  /** Set while the socket is full. */
  #cancelStalled: CancelTimer | undefined

  constructor(parts: ClientParts) {
    this.#parts = parts
    this.#knows = parts.knows
    parts.raw.on('drain', () => this.#drained())
    parts.raw.on('close', () => this.#cancelStalled?.())
    // A peer that resets the connection is how streams end; 'close' follows.
    parts.raw.on('error', () => parts.raw.destroy())
  }

  /** Everything in the feed up to this number was delivered, or is made good by a `resync`. */
  get knows(): number {
    return this.#knows
  }

  get closed(): boolean {
    return this.#parts.raw.destroyed || this.#parts.raw.writableEnded
  }

  hello(current: number): void {
    this.#send(eventText('hello', { number: current }, this.#knows))
  }

  /** Sends the rows that this client does not know and may hear of; `upTo` is the last one read. */
  deliver(rows: readonly FeedRow[], upTo: number): void {
    for (const { number, kind, subject } of rows) {
      if (number <= this.#knows || !this.#parts.hears(kind)) continue
      this.#send(eventText(kind, { subject }, number))
    }
    this.#knows = Math.max(this.#knows, upTo)
  }

  /** Too much is missing: the client shall load everything anew and go on from `number`. */
  resync(number: number): void {
    this.#knows = Math.max(number, 0)
    this.#send(eventText('resync', {}, this.#knows))
  }

  /** These points have new values. */
  values(points: Iterable<PointId>): void {
    for (const point of points) this.#changed.add(point)
    this.#sendValues()
  }

  beat(): void {
    if (this.#cancelStalled === undefined) this.#send(heartbeat)
  }

  /** Ends the stream in good order, or at once when the socket is full. */
  end(): void {
    if (this.#cancelStalled === undefined) this.#parts.raw.end()
    else this.#parts.raw.destroy()
  }

  /** Cuts the connection. */
  destroy(): void {
    this.#parts.raw.destroy()
  }

  #send(text: string): void {
    if (this.closed || this.#overflown) return
    if (this.#cancelStalled === undefined) this.#write(text)
    else this.#enqueue(text)
  }

  #write(text: string): void {
    if (this.#parts.raw.write(text)) return
    this.#cancelStalled = this.#parts.clock.after(STALLED, () => this.destroy())
  }

  #enqueue(text: string): void {
    const bytes = Buffer.byteLength(text)
    if (this.#queue.length < QUEUED_EVENTS && this.#queuedBytes + bytes <= QUEUED_BYTES) {
      this.#queue.push(text)
      this.#queuedBytes += bytes
      return
    }
    this.#empty()
    this.#overflown = true
  }

  #empty(): void {
    this.#queue = []
    this.#queuedBytes = 0
  }

  #drained(): void {
    this.#cancelStalled?.()
    this.#cancelStalled = undefined
    if (this.closed) return
    if (this.#overflown) {
      this.#overflown = false
      this.resync(this.#knows)
    }
    const queued = this.#queue
    this.#empty()
    // What does not fit again is queued again, in order.
    for (const text of queued) this.#send(text)
    this.#sendValues()
  }

  #sendValues(): void {
    if (this.closed || this.#changed.size === 0 || this.#cancelStalled !== undefined) return
    const points = this.#changed
    this.#changed = new Set()
    this.#write(this.#parts.valuesText(points))
  }
}
