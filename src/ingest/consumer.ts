import type { Logger } from 'pino'
import type { Clock } from '../domain/clock.ts'
import type { LogEntry } from '../domain/log-record.ts'
import type { Position } from '../domain/position.ts'
import { comparePositions } from '../domain/position.ts'
import { durationUs, MS, SECOND, type DurationUs } from '../domain/time.ts'
import type { ReadingLog } from './reading-log.ts'

/** Something that reads the log at its own pace and never makes another wait. */
export interface Consumer extends AsyncDisposable {
  /** Resolves when everything that is in the log now has been handled. */
  settled(): Promise<void>
  /** Why the newest attempt failed; undefined while all is well. */
  failure(): string | undefined
  /** Where it is; undefined before the first entry. */
  position(): Position | undefined
  /** Everything durable has been handled. */
  atHead(): boolean
}

export interface ConsumerParts {
  readonly name: string
  readonly log: ReadingLog
  /** Start behind this entry; left out: at the oldest. */
  readonly after: Position | undefined
  /**
   * Takes in entries in order. A rejection is retried with the same entries after a pause, for
   * ever, so it must be safe to call again.
   */
  readonly handle: (entries: readonly LogEntry[]) => Promise<void>
  readonly clock: Clock
  readonly logger: Logger
  /** Entries a batch. */
  readonly limit: number
  /** How long to let entries gather once something new is there; 0 for at once. */
  readonly linger: DurationUs
}

const firstPause = durationUs(100 * MS)
const longestPause = durationUs(30 * SECOND)

/** Starts reading. Disposal stops after the batch under way. */
export function startConsumer(parts: ConsumerParts): Consumer {
  const { log, clock, logger, name } = parts
  let at = parts.after
  let failure: string | undefined
  let stopped = false
  let wake: () => void = () => undefined
  let settledWaiters: { until: Position; done: () => void }[] = []

  const stopListening = log.onCommit(() => wake())

  function atHead(): boolean {
    const head = log.head()
    return head === undefined || (at !== undefined && comparePositions(at, head) >= 0)
  }

  /** Waits for the pause to pass, or for the consumer to be stopped. */
  function pause(length: DurationUs, untilWoken: boolean): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(length, resolve)
      const end = (): void => {
        cancel()
        resolve()
      }
      stop = end
      if (untilWoken) wake = end
    })
  }
  let stop: () => void = () => undefined

  function newEntries(): Promise<void> {
    return new Promise((resolve) => {
      wake = resolve
      stop = resolve
      if (stopped || !atHead()) resolve()
    })
  }

  function told(): void {
    settledWaiters = settledWaiters.filter(({ until, done }) => {
      if (at === undefined || comparePositions(at, until) < 0) return true
      done()
      return false
    })
  }

  async function batch(): Promise<void> {
    const head = log.head()
    const entries = await log.read({ limit: parts.limit, ...(at && { after: at }) })
    const last = entries.at(-1)
    if (last === undefined) {
      // Only records that can no longer be read stood between us and the head of that moment.
      at = head ?? at
    } else {
      await parts.handle(entries)
      at = last.position
    }
    told()
  }

  async function run(): Promise<void> {
    let wait: DurationUs = firstPause
    while (!stopped) {
      if (atHead()) {
        await newEntries()
        if (!stopped && parts.linger > 0) await pause(parts.linger, false)
        continue
      }
      try {
        await batch()
        failure = undefined
        wait = firstPause
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error)
        logger.error({ err: error, consumer: name }, 'consumer failed; it tries again')
        if (!stopped) await pause(wait, false)
        wait = durationUs(Math.min(wait * 2, longestPause))
      }
    }
  }

  const running = run()

  return {
    settled: () =>
      new Promise((done) => {
        const until = log.head()
        if (until === undefined) return done()
        settledWaiters.push({ until, done })
        return told()
      }),
    failure: () => failure,
    position: () => at,
    atHead,
    async [Symbol.asyncDispose]() {
      stopped = true
      stopListening()
      stop()
      await running
    },
  }
}
