import type { Logger } from 'pino'
import { durationUs, MS, SECOND, type DurationUs } from '../../domain/time.ts'
import { LogBrokenError } from '../reading-log.ts'
import { pause } from './connection.ts'
import { messageOf, NatsAwayError } from './errors.ts'
import type { Head } from './head.ts'
import { endOf } from './message.ts'
import { PullConsumer, type PullParts } from './pull-consumer.ts'

export interface FollowerParts extends PullParts {
  readonly head: Head
  /** Finds out whether the stream is still the one that was opened, and breaks the log if not. */
  readonly checkStream: () => Promise<void>
  readonly logger: Logger
}

const firstPause = durationUs(100 * MS)
const longestPause = durationUs(5 * SECOND)
/** One request waits this long for news and takes this many commits. */
const wait = durationUs(SECOND)
const commits = 1_000
/** A server that has forgotten the consumer says nothing; this long after `wait` it is asked why. */
const guard = durationUs(2 * SECOND)

/** Keeps the head current with what others append: asks for the headers of whatever is new. */
export class Follower implements AsyncDisposable {
  readonly #parts: FollowerParts
  readonly #stopping = new AbortController()
  readonly #running: Promise<void>

  constructor(parts: FollowerParts) {
    this.#parts = parts
    this.#running = this.#run()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    let rest: DurationUs = firstPause
    while (!signal.aborted) {
      try {
        await this.#follow(() => {
          rest = firstPause
        })
      } catch (error) {
        await this.#understand(error)
        await pause(this.#parts.clock, rest, signal)
        rest = durationUs(Math.min(2 * rest, longestPause))
      }
    }
  }

  async #follow(heard: () => void): Promise<void> {
    const { connection, epoch, head } = this.#parts
    const { signal } = this.#stopping
    await connection.ready(signal)
    const from = (head.position?.sequence ?? 0) + 1
    const start = { from, headersOnly: true, role: 'follow' } as const
    const consumer = await PullConsumer.open(this.#parts, start)
    try {
      while (!signal.aborted) {
        await consumer.fetch({ commits, wait, guard, signal }, (commit) => {
          heard()
          head.advance(endOf(epoch, commit))
        })
      }
    } finally {
      await consumer.close()
    }
  }

  /** A consumer that is gone may have gone with its stream. */
  async #understand(error: unknown): Promise<void> {
    if (this.#stopping.signal.aborted || error instanceof NatsAwayError) return
    const { logger, checkStream } = this.#parts
    const why = messageOf(error)
    logger.warn({ why }, 'the end of the log could not be followed; it is tried again')
    try {
      await checkStream()
    } catch (fault) {
      // A question that was not answered decides nothing; it is asked again with the next try.
      if (fault instanceof LogBrokenError) this.#stopping.abort()
    }
  }
}
