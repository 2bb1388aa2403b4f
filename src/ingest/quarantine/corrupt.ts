import type { Logger } from 'pino'
import type { CancelTimer, Clock } from '../../domain/clock.ts'
import type { Database } from '../../database/database.ts'
import { SECOND } from '../../domain/time.ts'
import type { CorruptRecord, ReadingLog } from '../reading-log.ts'
import { keepCorrupt } from './keep.ts'

export interface CorruptKeeperParts {
  readonly log: Pick<ReadingLog, 'epoch' | 'onCorrupt'>
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
}

/** Records noted in memory between two writes; a start finds those beyond it again. */
const mostWaiting = 10_000

/**
 * Puts every record of the log that can no longer be read into quarantine, once a second. While the
 * database is away they wait; what is lost with the process is reported again by the next one.
 */
export function startCorruptKeeper(parts: CorruptKeeperParts): AsyncDisposable {
  const { log, clock, logger } = parts
  let waiting: CorruptRecord[] = []
  let timer: CancelTimer | undefined
  let writing: Promise<void> = Promise.resolve()
  let stopped = false

  const stop = log.onCorrupt((record) => {
    logger.error({ record }, 'a stored message can no longer be read')
    if (waiting.length >= mostWaiting) return
    waiting.push(record)
    arm()
  })

  function arm(): void {
    if (stopped) return
    timer ??= clock.after(SECOND, () => {
      timer = undefined
      void flush()
    })
  }

  function flush(): Promise<void> {
    const batch = waiting
    waiting = []
    if (batch.length === 0) return writing
    writing = writing
      .then(() => keepCorrupt(parts, log.epoch, batch))
      .catch((error: unknown) => {
        logger.error(
          { err: error },
          'damaged records could not be noted; it is tried again',
        )
        waiting = [...batch, ...waiting].slice(0, mostWaiting)
        arm()
      })
    return writing
  }

  return {
    async [Symbol.asyncDispose]() {
      stopped = true
      stop()
      timer?.()
      await flush()
    },
  }
}
