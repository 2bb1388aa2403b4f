import type { LogEntry } from '../../domain/log-record.ts'
import type { Position } from '../../domain/position.ts'
import { durationUs, SECOND } from '../../domain/time.ts'
import type { ReadRequest } from '../reading-log.ts'
import { Cursor, type CursorParts, type Place } from './cursor.ts'
import { ConsumerLostError, NatsAwayError } from './errors.ts'

/** Cursors kept for the next page of their reader; beyond it the longest unused goes. */
const maxIdleCursors = 16
/** A cursor unused this long is closed, well before the server forgets its consumer. */
const idleFor = durationUs(20 * SECOND)
/** How often one page starts anew with another consumer before it is refused. */
const maxTries = 3

/** Reads pages of entries, each reader going on with the cursor where its last page ended. */
export class CommitReader {
  readonly #parts: CursorParts
  /** Each with how to stop its timer, longest unused first. */
  readonly #idle = new Map<Cursor, () => void>()

  constructor(parts: CursorParts) {
    this.#parts = parts
  }

  /** Entries after `after`, up to and including the commit of `head`. */
  async read({ after, limit }: ReadRequest, head: Position): Promise<readonly LogEntry[]> {
    const entries: LogEntry[] = []
    let from: Place | undefined = after
    for (let attempt = 1; ; attempt++) {
      const cursor = this.#takeIdle(from) ?? (await Cursor.open(this.#parts, from))
      try {
        await cursor.collect({ limit, head, entries })
        this.#keep(cursor)
        return entries
      } catch (error) {
        void cursor.close()
        if (!(error instanceof ConsumerLostError)) throw error
        if (attempt === maxTries) throw new NatsAwayError(error.message, { cause: error })
        from = cursor.at
      }
    }
  }

  /** The connection is another one: the consumers of the old one may be gone. */
  forget(): void {
    for (const cancel of this.#idle.values()) cancel()
    this.#idle.clear()
  }

  async close(): Promise<void> {
    const cursors = [...this.#idle.keys()]
    this.forget()
    await Promise.all(cursors.map((cursor) => cursor.close()))
  }

  #takeIdle(at: Place | undefined): Cursor | undefined {
    const fits = ({ at: place }: Cursor): boolean =>
      place?.sequence === at?.sequence && place?.index === at?.index
    const cursor = [...this.#idle.keys()].find(fits)
    if (cursor === undefined) return undefined
    this.#idle.get(cursor)?.()
    this.#idle.delete(cursor)
    return cursor
  }

  #keep(cursor: Cursor): void {
    const [oldest] = this.#idle.keys()
    if (this.#idle.size >= maxIdleCursors && oldest !== undefined) this.#drop(oldest)
    this.#idle.set(
      cursor,
      this.#parts.clock.after(idleFor, () => this.#drop(cursor)),
    )
  }

  #drop(cursor: Cursor): void {
    this.#idle.get(cursor)?.()
    this.#idle.delete(cursor)
    void cursor.close()
  }
}
