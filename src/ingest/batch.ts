import type { LogRecord } from '../domain/log-record.ts'
import type { Position } from '../domain/position.ts'
import type { DurationUs } from '../domain/time.ts'
import { encodeRecord, maxEncodedBytes } from './log-codec.ts'

/** When a commit starts. */
export interface GroupCommit {
  /** The first record waits no longer than this. */
  readonly maxDelay: DurationUs
  /** This many records go at once, and no commit holds more. */
  readonly maxRecords: number
}

/** What may be accepted and not yet durable; the last record let in may exceed `bytes`. */
export interface QueueBound {
  readonly records: number
  readonly bytes: number
}

/** Somebody who waits to hear that a record, and all before it in the batch, is durable. */
export interface Waiting {
  /** Place of the record in its batch. */
  readonly index: number
  readonly resolve: (position: Position) => void
  readonly reject: (error: Error) => void
}

const firstBytes = 16 * 1024

/** Records that will be one commit, already in their stored form. */
export class Batch {
  readonly #waiting: Waiting[] = []
  readonly records: LogRecord[] = []
  readonly #lengths: number[] = []
  #bytes = Buffer.allocUnsafeSlow(firstBytes)
  #end = 0

  get count(): number {
    return this.#lengths.length
  }

  /** Bytes of the records so far. */
  get size(): number {
    return this.#end
  }

  get waiting(): readonly Waiting[] {
    return this.#waiting
  }

  /** Resolves with the place of the record that was added last, once somebody tells. */
  durable(): Promise<Position> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ index: this.count - 1, resolve, reject })
    })
  }

  /** Adds the record. What `encodeRecord` throws leaves the batch as it was. */
  add(record: LogRecord): void {
    this.#makeRoom(maxEncodedBytes(record))
    const end = encodeRecord(record, this.#bytes, this.#end)
    this.#lengths.push(end - this.#end)
    this.records.push(record)
    this.#end = end
  }

  /** The content, to be moved to another thread; the batch is of no use afterwards. */
  content(): { readonly bytes: Uint8Array<ArrayBuffer>; readonly lengths: Uint32Array } {
    const lengths = Uint32Array.from(this.#lengths)
    const bytes = new Uint8Array(this.#bytes.buffer, 0, this.#end)
    return { bytes, lengths }
  }

  #makeRoom(needed: number): void {
    if (this.#end + needed <= this.#bytes.length) return
    const size = Math.max(this.#end + needed, 2 * this.#bytes.length)
    const larger = Buffer.allocUnsafeSlow(size)
    this.#bytes.copy(larger, 0, 0, this.#end)
    this.#bytes = larger
  }
}
