import { AckPolicy, createInbox, DeliverPolicy, nanos, type Msg } from 'nats'
import type { Clock, Random } from '../../domain/clock.ts'
import { durationUs, SECOND, type DurationUs } from '../../domain/time.ts'
import type { Connection } from './connection.ts'
import { ConsumerLostError, NatsAwayError } from './errors.ts'
import { allSubjects, deliveryOf, type StoredCommit } from './message.ts'

export interface PullParts {
  readonly connection: Connection
  readonly stream: string
  readonly epoch: string
  readonly clock: Clock
  readonly random: Random
}

interface Start {
  /** The first commit wanted; one that is gone means the oldest kept. */
  readonly from: number
  /** Leave the bodies on the server. */
  readonly headersOnly: boolean
  /** Shows in the consumer's name on the server. */
  readonly role: 'read' | 'follow' | 'retain'
}

interface Fetch {
  /** At most this many commits. */
  readonly commits: number
  /** Nobody waits for what lies behind this commit. */
  readonly until?: number
  /** At most this many bytes, but always one commit. Left out: any number. */
  readonly bytes?: number
  /** How long to wait for commits that are still to come; left out: only what is there. */
  readonly wait?: DurationUs
  /** How much later than `wait` an answer may come; left out: 5 s. */
  readonly guard?: DurationUs
  /** Ends the waiting. */
  readonly signal?: AbortSignal
}

interface Ending {
  readonly done: PromiseWithResolvers<void>
  /** No commit has come. */
  readonly nothing: boolean
}

/** The server forgets a consumer that asked for nothing this long, for instance of a dead process. */
const forgottenAfter = durationUs(60 * SECOND)
/** An answer that takes longer than this does not come any more. */
const longestAnswer = durationUs(5 * SECOND)

/**
 * One ephemeral consumer on the server, read by request: never more is under way than was asked
 * for. Nothing is acknowledged; a consumer that misses a message is thrown away.
 */
export class PullConsumer {
  readonly #parts: PullParts
  readonly #name: string
  #delivered = 0

  private constructor(parts: PullParts, name: string) {
    this.#parts = parts
    this.#name = name
  }

  static async open(parts: PullParts, start: Start): Promise<PullConsumer> {
    const { connection, stream, epoch, random } = parts
    const name = `${start.role}-${Buffer.from(random.bytes(8)).toString('hex')}`
    const config = {
      name,
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: start.from,
      // Gives nothing when another log has been made under the same name.
      filter_subject: allSubjects(stream, epoch),
      inactive_threshold: nanos(forgottenAfter / 1_000),
      mem_storage: true,
      num_replicas: 1,
      ...(start.headersOnly && { headers_only: true }),
    }
    await connection.during(() => connection.jsm.consumers.add(stream, config))
    return new PullConsumer(parts, name)
  }

  /**
   * Hands over commits in order as they come; resolves when all were there, or no more are. Rejects
   * with ConsumerLostError or NatsAwayError; what was handed over before is good.
   */
  async fetch(request: Fetch, take: (commit: StoredCommit) => void): Promise<void> {
    const { connection, stream, clock } = this.#parts
    const { nats } = connection
    const done = Promise.withResolvers<void>()
    const inbox = createInbox()
    let missing = request.commits
    const hear = (message: Msg): void => {
      const delivered = deliveryOf(message)
      if (delivered === undefined) {
        const nothing = missing === request.commits
        this.#endedBy(message, { done, nothing })
      } else if (delivered.delivery === this.#delivered + 1) {
        this.#delivered++
        missing--
        take(delivered.commit)
        const enough = delivered.commit.sequence >= (request.until ?? Infinity)
        if (missing === 0 || enough) done.resolve()
      } else {
        done.reject(new ConsumerLostError('a message did not arrive'))
      }
    }
    const subscription = nats.subscribe(inbox, {
      callback: (error, message) => {
        if (error === null) hear(message)
        else done.reject(error)
      },
    })
    const cancel = clock.after(
      durationUs((request.wait ?? 0) + (request.guard ?? longestAnswer)),
      () => done.reject(new ConsumerLostError('no answer')),
    )
    const stop = (): void => done.resolve()
    request.signal?.addEventListener('abort', stop)
    try {
      const next = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${this.#name}`
      nats.publish(next, JSON.stringify(options(request)), { reply: inbox })
      await connection.during(() => done.promise)
    } finally {
      cancel()
      request.signal?.removeEventListener('abort', stop)
      subscription.unsubscribe()
    }
  }

  /** Takes it off the server. Should that fail, the server forgets it by itself. */
  async close(): Promise<void> {
    const { connection, stream } = this.#parts
    const { consumers } = connection.jsm
    await connection
      .during(() => consumers.delete(stream, this.#name))
      .catch(() => undefined)
  }

  #endedBy(message: Msg, { done, nothing }: Ending): void {
    const code = message.headers?.code
    const why = message.headers?.description ?? 'no message of a stream'
    const enough = why === 'Message Size Exceeds MaxBytes'
    // 404: nothing there. 408: waited, or less there than asked for. 409: several, by their text.
    if (code === 404 || code === 408 || (enough && !nothing)) done.resolve()
    else if (code === 503) done.reject(new NatsAwayError('JetStream does not answer'))
    else if (enough) done.reject(new Error('a commit is larger than one may fetch'))
    else if (code !== 100) done.reject(new ConsumerLostError(why))
  }
}

function options({ commits, bytes, wait }: Fetch): Record<string, unknown> {
  return {
    batch: commits,
    ...(bytes !== undefined && { max_bytes: bytes }),
    ...(wait === undefined ? { no_wait: true } : { expires: nanos(wait / 1_000) }),
  }
}
