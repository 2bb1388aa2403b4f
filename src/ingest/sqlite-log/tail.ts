import type { LogEntry } from '../../domain/log-record.ts'
import type { Position } from '../../domain/position.ts'
import type { ReadRequest } from '../reading-log.ts'

/** Entries of one commit, and how much memory they hold. */
interface Commit {
  readonly sequence: number
  readonly entries: readonly LogEntry[]
  readonly bytes: number
}

/** What the tail holds at most; the newest commit stays whatever its size, unless `records` is 0. */
export interface TailBound {
  readonly records: number
  readonly bytes: number
}

/**
 * The newest commits, still in memory from when they were appended: who reads at the head, as
 * everybody does most of the time, needs neither the file nor a second look at the bytes.
 */
export class Tail {
  readonly #bound: TailBound
  /** Consecutive, oldest first. */
  #commits: Commit[] = []
  #records = 0
  #bytes = 0

  constructor(bound: TailBound) {
    this.#bound = bound
  }

  /** Adds a commit that is durable now. */
  add(sequence: number, entries: readonly LogEntry[], bytes: number): void {
    if (this.#bound.records === 0) return
    this.#commits.push({ sequence, entries, bytes })
    this.#records += entries.length
    this.#bytes += bytes
    let surplus = 0
    for (const commit of this.#commits.slice(0, -1)) {
      if (this.#records <= this.#bound.records && this.#bytes <= this.#bound.bytes) break
      this.#records -= commit.entries.length
      this.#bytes -= commit.bytes
      surplus++
    }
    if (surplus > 0) this.#commits = this.#commits.slice(surplus)
  }

  /** What follows `after`, at most `limit` entries; undefined when that is not all in memory. */
  read({ after, limit }: ReadRequest): readonly LogEntry[] | undefined {
    const oldest = this.#commits[0]
    if (after === undefined || oldest === undefined) return undefined
    const first = this.#placeOf(after, oldest.sequence)
    if (first === undefined) return undefined
    const found: LogEntry[] = []
    for (let at = first.commit; at < this.#commits.length && found.length < limit; at++) {
      const { entries = [] } = this.#commits[at] ?? {}
      const from = at === first.commit ? first.index : 0
      const to = Math.min(entries.length, from + limit - found.length)
      for (let index = from; index < to; index++) {
        const entry = entries[index]
        if (entry !== undefined) found.push(entry)
      }
    }
    return found
  }

  #placeOf(
    { sequence, index }: Position,
    oldest: number,
  ): { readonly commit: number; readonly index: number } | undefined {
    // The commit before the oldest may have been read to its end only by somebody who knows its size.
    if (sequence < oldest) return undefined
    return { commit: sequence - oldest, index: index + 1 }
  }
}
