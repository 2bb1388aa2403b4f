import type { Logger } from 'pino'
import type { Stranger } from '../adapters/adapter.ts'
import type { Alarms } from '../alarms/alarms.ts'
import type { Configurations } from '../configuration/active.ts'
import type { Database } from '../database/database.ts'
import type { Clock, Random } from '../domain/clock.ts'
import { every } from '../domain/every.ts'
import { durationUs, SECOND } from '../domain/time.ts'
import type { ReadingStore } from '../store/reading-store.ts'
import { startBlindness, type Blindness } from './blindness.ts'
import { lastAlive, loadCheckpoint, saveAlive } from './checkpoint.ts'
import type { Consumer } from './consumer.ts'
import { createDecodedLog } from './decoded-log.ts'
import { startDetection, type DetectionParts } from './detection.ts'
import type { LastValues } from './last-values.ts'
import { startLive } from './live.ts'
import type { Problems } from './problems.ts'
import { startProjector, type Projector } from './projector.ts'
import type { ReadingLog } from './reading-log.ts'

export interface ReadersParts {
  /** What this process does; the readers of other roles are started elsewhere. */
  readonly does: ReadonlySet<'gateway' | 'engine' | 'projector' | 'api' | 'delivery'>
  readonly database: Database
  readonly log: ReadingLog
  /** There for the projector and the live view. */
  readonly store: ReadingStore | undefined
  readonly configurations: Configurations
  readonly alarms: Pick<Alarms, 'take'>
  readonly heard: NonNullable<DetectionParts['heard']>
  readonly beat: NonNullable<DetectionParts['beat']>
  readonly problems: Problems
  /** Told of messages of a device that the configuration does not know. */
  readonly unknown: (stranger: Stranger) => void
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** Everything in this process that reads the log, each at its own pace. */
export interface Readers extends AsyncDisposable {
  readonly consumers: {
    readonly projector?: Projector
    readonly detector?: Consumer
    readonly live?: Consumer
  }
  /** There with the live view. */
  readonly lastValues: LastValues | undefined
}

/** The gateway of several says that it hears as often as a detector saves its place. */
const aliveEvery = durationUs(5 * SECOND)

/** Starts them, and tells the detector first for how long nothing could be heard. */
export async function startReaders(parts: ReadersParts): Promise<Readers> {
  const { does, database, log, store, configurations } = parts
  const decoded = createDecodedLog(log, configurations)
  await using starting = new AsyncDisposableStack()
  const projector =
    store && does.has('projector')
      ? starting.use(await startProjector({ ...parts, store, decoded }))
      : undefined
  const live =
    store && does.has('api')
      ? starting.use(await startLive({ ...parts, store, decoded }))
      : undefined
  // Judged before anything is written: a record of ours would hide that the log is another one.
  const start = does.has('engine')
    ? await loadCheckpoint(database, configurations, log)
    : undefined
  const blindness = does.has('gateway') ? await startHearing(parts, starting) : undefined
  const checkSuspend = async (): Promise<void> => blindness?.check()
  const detector =
    start && starting.use(startDetection({ ...parts, decoded, start, checkSuspend }))
  const stack = starting.move()
  return {
    consumers: {
      ...(projector && { projector }),
      ...(detector && { detector }),
      ...(live && { live }),
    },
    lastValues: live?.lastValues,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** Writes for how long this process could not hear, and watches that it hears from now on. */
async function startHearing(
  { does, database, log, configurations, clock, logger }: ReadersParts,
  starting: AsyncDisposableStack,
): Promise<Blindness> {
  const blindness = starting.use(
    startBlindness({
      log,
      organisations: () => configurations.organisations(),
      clock,
      failed: (error) => logger.error({ err: error }, 'a suspend could not be written'),
    }),
  )
  const alone = !does.has('engine')
  const before = await lastAlive(database, alone ? 'gateway' : 'detector')
  await blindness.booted(before ?? clock.now())
  if (alone) {
    const alive = (): Promise<void> => saveAlive(database, clock.now())
    const failed = (error: unknown): void =>
      logger.error({ err: error }, 'the gateway could not say that it hears')
    starting.use(every(aliveEvery, clock, alive, failed))
  }
  return blindness
}
