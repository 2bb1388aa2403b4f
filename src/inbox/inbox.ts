import type { Logger } from 'pino'
import type { Stranger } from '../adapters/adapter.ts'
import type { Database } from '../database/database.ts'
import type { CancelTimer, Clock } from '../domain/clock.ts'
import { SECOND } from '../domain/time.ts'
import { fold, together, type Folded } from './fold.ts'
import { keepStrangers } from './keep.ts'

/** Notes who talks on a known connection and is no device, for an integrator to look at. */
export interface Inbox extends AsyncDisposable {
  note(stranger: Stranger): void
  /** Writes what was noted so far. */
  flush(): Promise<void>
}

export interface InboxParts {
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
}

/** Groups held between two writes; what is more than that is left out, and counted in the log. */
const MOST_FOLDED = 2_000

/** Folds by organisation, connection and shape, and writes once a second, so that a flood stays small. */
export function startInbox({ database, clock, logger }: InboxParts): Inbox {
  let folded = new Map<string, Folded>()
  let leftOut = 0
  let timer: CancelTimer | undefined
  let writing: Promise<void> = Promise.resolve()

  function flush(): Promise<void> {
    const batch = folded
    folded = new Map()
    if (leftOut > 0) logger.warn({ leftOut }, 'more strangers than the inbox takes at once')
    leftOut = 0
    writing = writing
      .then(() => keepStrangers(database, [...batch.values()]))
      .catch((error: unknown) => {
        logger.error(
          { err: error, lost: batch.size },
          'strangers could not be written down',
        )
      })
    return writing
  }

  return {
    note(stranger) {
      const one = fold(stranger, clock.now())
      const key = `${one.organisation}\n${one.id}`
      const known = folded.get(key)
      if (known === undefined && folded.size >= MOST_FOLDED) {
        leftOut += 1
        return
      }
      folded.set(key, known === undefined ? one : together(known, one))
      timer ??= clock.after(SECOND, () => {
        timer = undefined
        void flush()
      })
    },
    flush,
    async [Symbol.asyncDispose]() {
      timer?.()
      await flush()
    },
  }
}
