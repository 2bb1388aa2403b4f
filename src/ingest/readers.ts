import type { Logger } from 'pino'
import type { Alarms } from '../alarms/alarms.ts'
import type { Configurations } from '../configuration/active.ts'
import type { Database } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { ReadingStore } from '../store/reading-store.ts'
import { startBlindness } from './blindness.ts'
import { lastAlive, loadCheckpoint } from './checkpoint.ts'
import type { Consumer } from './consumer.ts'
import { createDecodedLog } from './decoded-log.ts'
import { startDetection } from './detection.ts'
import type { LastValues } from './last-values.ts'
import { startLive } from './live.ts'
import type { Problems } from './problems.ts'
import { startProjector } from './projector.ts'
import type { ReadingLog } from './reading-log.ts'

export interface ReadersParts {
  readonly database: Database
  readonly log: ReadingLog
  readonly store: ReadingStore
  readonly configurations: Configurations
  readonly alarms: Pick<Alarms, 'take'>
  readonly problems: Problems
  readonly clock: Clock
  readonly logger: Logger
}

/** Everything that reads the log, each at its own pace. */
export interface Readers extends AsyncDisposable {
  readonly consumers: Readonly<Record<'projector' | 'detector' | 'live', Consumer>>
  readonly lastValues: LastValues
}

/** Starts them, and tells the detector first for how long nothing could be heard. */
export async function startReaders(parts: ReadersParts): Promise<Readers> {
  const { database, log, configurations, clock, logger } = parts
  const decoded = createDecodedLog(log, configurations)
  await using starting = new AsyncDisposableStack()
  const projector = starting.use(await startProjector({ ...parts, decoded }))
  const live = starting.use(await startLive({ ...parts, decoded }))
  const blindness = starting.use(
    startBlindness({
      log,
      organisations: () => configurations.organisations(),
      clock,
      failed: (error) => logger.error({ err: error }, 'a suspend could not be written'),
    }),
  )
  // Judged before anything is written: a record of ours would hide that the log is another one.
  const start = await loadCheckpoint(database, configurations, log)
  await blindness.booted((await lastAlive(database)) ?? clock.now())
  const checkSuspend = (): Promise<void> => blindness.check()
  const detector = starting.use(startDetection({ ...parts, decoded, start, checkSuspend }))
  const stack = starting.move()
  return {
    consumers: { projector, detector, live },
    lastValues: live.lastValues,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
