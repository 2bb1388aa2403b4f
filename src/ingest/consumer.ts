import type { Logger } from 'pino'
import type { Clock } from '../domain/clock.ts'
import type { Position } from '../domain/position.ts'
import { comparePositions } from '../domain/position.ts'
import { durationUs, MS, SECOND, type DurationUs } from '../domain/time.ts'
import { refuseForeignCursor } from './cursor.ts'
import type { ReadRequest, ReadingLog } from './reading-log.ts'
import { StoppedError } from './retry.ts'

/** Something that reads the log at its own pace and never makes another wait. */
export interface Consumer extends AsyncDisposable {
  /**
   * Resolves when everything that is in the log now has been handled; rejects with StoppedError
   * when the consumer is stopped before.
   */
  settled(): Promise<void>
  /** Why the newest attempt failed; undefined while all is well. */
  failure(): string | undefined
  /** Where it is; undefined before the first entry. */
  position(): Position | undefined
  /** Everything durable has been handled. */
  atHead(): boolean
}

/** What a consumer reads: the log as it is, or decoded. */
export interface Source<Entry extends { readonly position: Position }> extends Pick<
  ReadingLog,
  'epoch' | 'head' | 'shared' | 'onCommit'
> {
  read(request: ReadRequest): Promise<readonly Entry[]>
}

export interface ConsumerParts<Entry extends { readonly position: Position }> {
  readonly name: string
  readonly log: Source<Entry>
  /** Start behind this entry; left out: at the oldest. */
  readonly after: Position | undefined
  /**
   * Takes in entries in order. A rejection is retried with the same entries after a pause, for
   * ever, so it must be safe to call again.
   */
  readonly handle: (entries: readonly Entry[]) => Promise<void>
  readonly clock: Clock
  readonly logger: Logger
  /** Entries a batch. */
  readonly limit: number
  /** How long to let entries gather once something new is there, unless a batch is full; 0 for at once. */
  readonly linger: DurationUs
}

const firstPause = durationUs(100 * MS)
const longestPause = durationUs(30 * SECOND)

/**
 * Starts reading. Disposal stops after the batch under way. Throws Problem conflict for a cursor of
 * another log.
 */
export function startConsumer<Entry extends { readonly position: Position }>(
  parts: ConsumerParts<Entry>,
): Consumer {
  refuseForeignCursor(parts.name, parts.after, parts.log)
  const consumer = new LogConsumer(parts)
  consumer.start()
  return consumer
}

/** Somebody who waits until everything up to a place has been handled. */
interface Waiter {
  readonly until: Position
  readonly done: () => void
  readonly stopped: (error: StoppedError) => void
}

class LogConsumer<Entry extends { readonly position: Position }> implements Consumer {
  readonly #parts: ConsumerParts<Entry>
  readonly #stopListening: () => void
  #at: Position | undefined
  #failure: string | undefined
  #stopped = false
  /** The last batch is over: nothing will be handled any more. */
  #ended = false
  /** New entries end the wait for them, and a full batch the gathering; a pause takes its time. */
  #state: 'working' | 'waiting' | 'gathering' | 'pausing' = 'working'
  /** The last batch was full, or there is a backlog at the start. */
  #behind = false
  /** Records that came since the last batch. */
  #gathered = 0
  /** Ends whatever the loop waits for now. */
  #wake: (() => void) | undefined
  #waiters: Waiter[] = []
  #running: Promise<void> = Promise.resolve()

  constructor(parts: ConsumerParts<Entry>) {
    this.#parts = parts
    this.#at = parts.after
    this.#stopListening = parts.log.onCommit((records) => {
      this.#gathered += records
      const full = this.#gathered >= parts.limit
      if (this.#state === 'waiting' || (this.#state === 'gathering' && full)) this.#wake?.()
    })
  }

  start(): void {
    this.#behind = !this.atHead()
    this.#running = this.#run()
  }

  position(): Position | undefined {
    return this.#at
  }

  failure(): string | undefined {
    return this.#failure
  }

  atHead(): boolean {
    const head = this.#parts.log.head()
    if (head === undefined) return true
    return this.#at !== undefined && comparePositions(this.#at, head) >= 0
  }

  settled(): Promise<void> {
    const until = this.#parts.log.head()
    if (until === undefined) return Promise.resolve()
    return new Promise((done, stopped) => {
      this.#waiters.push({ until, done, stopped })
      this.#tellWaiters()
      if (this.#ended) this.#refuseWaiters()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    this.#stopListening()
    this.#wake?.()
    await this.#running
    this.#ended = true
    this.#refuseWaiters()
  }

  async #run(): Promise<void> {
    let wait: DurationUs = firstPause
    while (!this.#stopped) {
      if (this.atHead()) await this.#newEntries()
      if (this.#mayGather()) await this.#rest('gathering', this.#parts.linger)
      if (this.#stopped || this.atHead()) continue
      if (await this.#tryBatch()) {
        wait = firstPause
      } else {
        await this.#rest('pausing', wait)
        wait = durationUs(Math.min(wait * 2, longestPause))
      }
    }
  }

  /** After a full batch there is more to come; a small one would cost as much as it. */
  #mayGather(): boolean {
    const { linger, limit } = this.#parts
    return linger > 0 && !this.#behind && this.#gathered < limit
  }

  async #tryBatch(): Promise<boolean> {
    try {
      await this.#batch()
      this.#failure = undefined
      this.#tellWaiters()
      return true
    } catch (error) {
      const { logger, name } = this.#parts
      this.#failure = error instanceof Error ? error.message : String(error)
      // Whoever stops in the middle of a batch begins with it next time: nothing to report.
      if (this.#stopped && error instanceof StoppedError) return false
      logger.error({ err: error, consumer: name }, 'consumer failed; it tries again')
      return false
    }
  }

  async #batch(): Promise<void> {
    const { log, limit, handle } = this.#parts
    this.#gathered = 0
    const head = log.head()
    const entries = await log.read({ limit, ...(this.#at && { after: this.#at }) })
    this.#behind = entries.length === limit
    const last = entries.at(-1)
    if (last === undefined) {
      // Only records that can no longer be read stood between us and the head of that moment.
      this.#at = head ?? this.#at
    } else {
      await handle(entries)
      this.#at = last.position
    }
  }

  #tellWaiters(): void {
    const at = this.#at
    if (at === undefined) return
    const [done, waiting] = [
      this.#waiters.filter(({ until }) => comparePositions(at, until) >= 0),
      this.#waiters.filter(({ until }) => comparePositions(at, until) < 0),
    ]
    this.#waiters = waiting
    for (const waiter of done) waiter.done()
  }

  #refuseWaiters(): void {
    const waiting = this.#waiters
    this.#waiters = []
    const error = new StoppedError(`the ${this.#parts.name} was stopped`)
    for (const waiter of waiting) waiter.stopped(error)
  }

  #newEntries(): Promise<void> {
    this.#state = 'waiting'
    return new Promise((resolve) => {
      this.#wake = resolve
      if (this.#stopped || !this.atHead()) resolve()
    })
  }

  async #rest(state: 'gathering' | 'pausing', length: DurationUs): Promise<void> {
    if (this.#stopped) return
    this.#state = state
    await new Promise<void>((resolve) => {
      const cancel = this.#parts.clock.after(length, resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
    this.#state = 'working'
  }
}
