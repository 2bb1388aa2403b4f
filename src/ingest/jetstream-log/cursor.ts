import type { LogEntry } from '../../domain/log-record.ts'
import { partitionOf, type Position } from '../../domain/position.ts'
import { durationUs, SECOND } from '../../domain/time.ts'
import type { CorruptReports } from '../corrupt-reports.ts'
import { CodecError } from '../log-codec.ts'
import { gapAfter } from '../log-refusals.ts'
import { unpackCommit } from '../packed-commit.ts'
import { ConsumerLostError } from './errors.ts'
import type { StoredCommit } from './message.ts'
import { PullConsumer, type PullParts } from './pull-consumer.ts'
import { holds } from './stream.ts'

export interface CursorParts extends PullParts {
  readonly reports: CorruptReports
}

/** Up to which record the log has been looked at. */
export interface Place {
  readonly sequence: number
  readonly index: number
}

/** What one read collects. */
export interface Page {
  readonly limit: number
  /** Nothing behind this commit is fetched. */
  readonly head: Position
  readonly entries: LogEntry[]
}

/** One request to the server: this many commits and bytes. */
const maxCommits = 500
const maxRequestBytes = 4 * 1024 * 1024
/** What surrounds a message on its way here. */
const deliveryBytes = 4_096
/** A page ends early when it has fetched this much. */
const maxPageBytes = 16 * 1024 * 1024
/**
 * How long to wait for commits that are known to be there. A request that does not wait is told for
 * a moment after an acknowledgement that there is nothing.
 */
const patience = durationUs(SECOND)
/** A guess how many commits fill a page, for a cursor that has fetched nothing yet. */
const firstGuess = 16

/** Somebody's way through the log: a consumer on the server, and what it has fetched too much. */
export class Cursor {
  readonly #parts: CursorParts
  readonly #consumer: PullConsumer
  /** Fetched and not yet given out whole, oldest first. */
  #ahead: StoredCommit[] = []
  #at: Place | undefined
  /** The newest commit known to stand before what is fetched next. */
  #last: number | undefined
  /** The commit that is fetched next. */
  #next: number
  #commits = 0
  #records = 0

  private constructor(parts: CursorParts, consumer: PullConsumer, at: Place | undefined) {
    this.#parts = parts
    this.#consumer = consumer
    this.#at = at
    this.#last = at?.sequence
    // The commit of `at` may hold more records, so it is fetched again.
    this.#next = at?.sequence ?? 1
  }

  static async open(parts: CursorParts, at: Place | undefined): Promise<Cursor> {
    const start = { from: at?.sequence ?? 1, headersOnly: false, role: 'read' } as const
    return new Cursor(parts, await PullConsumer.open(parts, start), at)
  }

  /** The last record given out; undefined at the beginning. */
  get at(): Place | undefined {
    return this.#at
  }

  close(): Promise<void> {
    return this.#consumer.close()
  }

  /** Adds entries until the page is full or the head is reached. */
  async collect(page: Page): Promise<void> {
    const { limit, head, entries } = page
    let bytes = 0
    for (;;) {
      this.#giveOut(page)
      if (entries.length === limit || this.#next > head.sequence) return
      if (entries.length > 0 && bytes >= maxPageBytes) return
      const came = await this.#fetch(limit - entries.length, head)
      if (came.length === 0) return
      bytes += came.reduce((sum, { packed }) => sum + packed.length, 0)
    }
  }

  async #fetch(missing: number, head: Position): Promise<readonly StoredCommit[]> {
    const { maxPayload } = this.#parts.connection
    const average = this.#records / this.#commits
    const guess = this.#commits === 0 ? firstGuess : Math.ceil(missing / average)
    const left = head.sequence - this.#next + 1
    const came: StoredCommit[] = []
    const request = {
      commits: Math.min(guess, missing, left, maxCommits),
      until: head.sequence,
      bytes: Math.max(maxRequestBytes, maxPayload + deliveryBytes),
      wait: patience,
    }
    await this.#consumer.fetch(request, (commit) => came.push(commit))
    for (const { sequence } of came) await this.#expect(sequence)
    if (came.length === 0) await this.#expectNothing(head)
    this.#ahead.push(...came)
    this.#commits += came.length
    this.#records += came.reduce((sum, { records = 1 }) => sum + records, 0)
    return came
  }

  /** Nothing came; but silence is no proof that nothing is there. */
  async #expectNothing(head: Position): Promise<void> {
    if (await holds(this.#parts, head.sequence)) {
      throw new ConsumerLostError(`commit ${head.sequence} is there and was not delivered`)
    }
    await this.#expect(head.sequence + 1)
  }

  /**
   * The next commit there is has this sequence. What is missing before it was purged when it is the
   * front of the stream, and lost by the server when it is not.
   */
  async #expect(sequence: number): Promise<void> {
    const last = this.#last
    if (last !== undefined && sequence > last + 1) {
      const { connection, stream, reports } = this.#parts
      const { state } = await connection.during(() => connection.jsm.streams.info(stream))
      if (state.first_seq > last + 1) throw gapAfter(last, state.first_seq)
      const reason = `gone from the stream, up to commit ${sequence - 1}`
      reports.report({ sequence: last + 1, reason })
    }
    this.#last = sequence
    this.#next = sequence + 1
  }

  #giveOut(page: Page): void {
    for (;;) {
      const [commit] = this.#ahead
      if (commit === undefined || page.entries.length === page.limit) return
      const { sequence, records = 1 } = commit
      const first = this.#at?.sequence === sequence ? this.#at.index + 1 : 0
      const end = Math.min(records, first + page.limit - page.entries.length)
      if (end > first) {
        this.#unpack(commit, { first, end }, page.entries)
        this.#at = { sequence, index: end - 1 }
      }
      if (end >= records) this.#ahead.shift()
    }
  }

  #unpack(
    { sequence, records, packed }: StoredCommit,
    slice: { readonly first: number; readonly end: number },
    entries: LogEntry[],
  ): void {
    const { epoch, reports } = this.#parts
    try {
      if (records === undefined) throw new CodecError('somebody else wrote this message')
      for (const item of unpackCommit(packed, records, slice)) {
        const { index } = item
        if (item.ok) {
          const partition = partitionOf(item.record.organisation)
          const position = { epoch, partition, sequence, index }
          entries.push({ position, record: item.record })
        } else {
          reports.report({ sequence, index, reason: item.reason })
        }
      }
    } catch (error) {
      if (!(error instanceof CodecError)) throw error
      reports.report({ sequence, reason: error.message })
    }
  }
}
