import type { LogEntry } from '../../domain/log-record.ts'
import { partitionOf, type Position } from '../../domain/position.ts'
import type { WorkerCalls } from '../../store/worker-calls.ts'
import type { CorruptReports } from '../corrupt-reports.ts'
import { CodecError } from '../log-codec.ts'
import { gapAfter } from '../log-refusals.ts'
import { unpackCommit } from '../packed-commit.ts'
import type { ReadRequest } from '../reading-log.ts'
import type { PackedCommit, ReaderCalls } from './calls.ts'

/** Up to which record the log has been looked at. */
interface Place {
  readonly sequence: number
  readonly index: number
}

interface Slice {
  /** Index of the first record wanted. */
  readonly first: number
  /** Read up to, not including, this index. */
  readonly end: number
}

/** Reads entries from the file, skips what is damaged and reports it. */
export class RecordReader {
  readonly #reader: WorkerCalls<ReaderCalls>
  readonly #epoch: string
  readonly #reports: CorruptReports

  constructor(reader: WorkerCalls<ReaderCalls>, epoch: string, reports: CorruptReports) {
    this.#reader = reader
    this.#epoch = epoch
    this.#reports = reports
  }

  /** Entries after `after`, up to and including the commit of `head`. */
  async read({ after, limit }: ReadRequest, head: Position): Promise<readonly LogEntry[]> {
    const entries: LogEntry[] = []
    let from: Place | undefined = after
    // A stretch of damaged records gives no entries, and yet the log does not end there.
    while (entries.length === 0) {
      const commits = await this.#reader.call('fetch', {
        after: from && { sequence: from.sequence, index: from.index },
        upTo: head.sequence,
        limit,
      })
      if (commits.length === 0) return entries
      refuseGap(from, commits)
      for (const commit of commits) {
        const first = commit.sequence === from?.sequence ? from.index + 1 : 0
        const end = Math.min(commit.records, first + limit - entries.length)
        if (end <= first) break
        this.#unpack(commit, { first, end }, entries)
        from = { sequence: commit.sequence, index: end - 1 }
      }
    }
    return entries
  }

  #unpack(commit: PackedCommit, slice: Slice, entries: LogEntry[]): void {
    const { sequence, records, packed } = commit
    const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.length)
    try {
      for (const item of unpackCommit(bytes, records, slice)) {
        const { index } = item
        if (item.ok) {
          const partition = partitionOf(item.record.organisation)
          const position = { epoch: this.#epoch, partition, sequence, index }
          entries.push({ position, record: item.record })
        } else {
          this.#reports.report({ sequence, index, reason: item.reason })
        }
      }
    } catch (error) {
      if (!(error instanceof CodecError)) throw error
      this.#reports.report({ sequence, reason: error.message })
    }
  }
}

/** A consumer that comes back too late must not be led past what retention took away. */
function refuseGap(after: Place | undefined, commits: readonly PackedCommit[]): void {
  const oldest = commits[0]?.sequence
  if (after === undefined || oldest === undefined || oldest <= after.sequence + 1) return
  throw gapAfter(after.sequence, oldest)
}
