import type { PubAck } from 'nats'
import type { Clock, Random } from '../../domain/clock.ts'
import { durationUs, MS } from '../../domain/time.ts'
import { LogBrokenError, LogFullError } from '../reading-log.ts'
import { pause, type Connection } from './connection.ts'
import { messageOf, saysFull, saysNobodyListens } from './errors.ts'
import { commitHeaders, subjectOf } from './message.ts'

/** One commit of one partition, ready to go. */
export interface Commit {
  readonly partition: number
  readonly records: number
  readonly packed: Uint8Array
}

export interface PublisherParts {
  readonly connection: Connection
  readonly stream: string
  readonly epoch: string
  readonly clock: Clock
  readonly random: Random
  /** Rejects with LogBrokenError when the stream is no longer the one that was opened. */
  readonly checkStream: () => Promise<void>
}

/** One try waits this long for the acknowledgement; then the commit is sent again. */
const tryMs = 2_000
const retryPause = durationUs(250 * MS)

/** Publishes commits so that repeating one never stores it twice. */
export class Publisher {
  readonly #parts: PublisherParts
  readonly #run: string
  #published = 0

  constructor(parts: PublisherParts) {
    this.#parts = parts
    this.#run = Buffer.from(parts.random.bytes(12)).toString('base64url')
  }

  /**
   * Resolves with the commit's sequence once the server has acknowledged it. Every try carries the
   * same id, by which the server knows what it has stored already. Rejects with LogFullError when
   * the server says that there is no room or the signal aborts first; in the second case it may
   * have been stored all the same. Rejects with LogBrokenError when the stream is another one.
   */
  async publish(commit: Commit, signal: AbortSignal): Promise<number> {
    const { connection, clock } = this.#parts
    const headers = commitHeaders(`${this.#run}-${++this.#published}`, commit.records)
    let newest = 'NATS cannot be reached'
    for (;;) {
      try {
        await connection.ready(signal)
        const acknowledged = await this.#try(commit, headers)
        return acknowledged.seq
      } catch (error) {
        if (saysFull(error)) throw full(messageOf(error), error)
        if (error instanceof LogBrokenError) throw error
        if (signal.aborted) throw full(`not confirmed in time: ${newest}`, error)
        newest = messageOf(error)
        if (saysNobodyListens(error)) await this.#parts.checkStream().catch(rethrowBroken)
      }
      await pause(clock, retryPause, signal)
    }
  }

  #try(
    { partition, packed }: Commit,
    headers: ReturnType<typeof commitHeaders>,
  ): Promise<PubAck> {
    const { connection, stream, epoch } = this.#parts
    const subject = subjectOf(stream, epoch, partition)
    return connection.during(() =>
      connection.js.publish(subject, packed, { headers, timeout: tryMs }),
    )
  }
}

function full(why: string, cause: unknown): LogFullError {
  return new LogFullError(`NATS did not store the messages: ${why}`, { cause })
}

/** A question that was not answered decides nothing. */
function rethrowBroken(error: unknown): void {
  if (error instanceof LogBrokenError) throw error
}
