import type { Logger } from 'pino'
import type { Configurations } from '../configuration/active.ts'
import type { CancelTimer, Clock } from '../domain/clock.ts'
import { durationUs, SECOND } from '../domain/time.ts'
import type { ReadingStore, StoredReading } from '../store/reading-store.ts'

export interface WarmUpParts {
  readonly store: Pick<ReadingStore, 'latest'>
  readonly configurations: Pick<Configurations, 'organisations'>
  readonly clock: Clock
  readonly logger: Logger
}

const again = durationUs(5 * SECOND)

/**
 * Tells `take` the newest reading that the store has of every point: once before anybody looks
 * (`tried`, which never rejects), then again until the store answers, for it may be away for a day.
 */
export function startWarmUp(
  { store, configurations, clock, logger }: WarmUpParts,
  take: (reading: StoredReading) => void,
): { readonly tried: Promise<void>; stop(): void } {
  let cancel: CancelTimer | undefined
  let stopped = false
  async function attempt(): Promise<void> {
    try {
      for (const organisation of await configurations.organisations()) {
        for (const reading of await store.latest(organisation)) take(reading)
      }
    } catch (error) {
      const what = 'last values are not there yet: the store does not answer'
      logger.warn({ err: error }, what)
      if (!stopped) cancel = clock.after(again, () => void attempt())
    }
  }
  return {
    tried: attempt(),
    stop() {
      stopped = true
      cancel?.()
    },
  }
}
