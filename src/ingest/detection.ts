import type { Logger } from 'pino'
import type { Alarms } from '../alarms/alarms.ts'
import type { ActiveConfiguration } from '../configuration/active.ts'
import type { Database } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { Position } from '../domain/position.ts'
import { durationUs, later, SECOND, type TimeUs } from '../domain/time.ts'
import type { DecodedEnvelope } from '../domain/reading.ts'
import type { DetectorTransition } from '../domain/transition.ts'
import type { Detector } from '../rules/detector.ts'
import { createDetector } from '../rules/engine.ts'
import { saveCheckpoint, type Checkpoint, type HandledControl } from './checkpoint.ts'
import { startConsumer, type Consumer } from './consumer.ts'
import type { DecodedLog } from './decoded-log.ts'
import type { DecodedEntry } from './decoding.ts'
import type { ReadingLog } from './reading-log.ts'
import { createTimers, type Timers } from './timers.ts'
import { retry } from './retry.ts'

export interface DetectionParts {
  /** Where it goes on, from `loadCheckpoint`. */
  readonly start: Checkpoint
  readonly log: ReadingLog
  readonly decoded: DecodedLog
  readonly database: Database
  readonly alarms: Pick<Alarms, 'take'>
  /** Hears what was acknowledged at its source, where there are alarms that have one. */
  readonly heard?: (
    organisation: OrganisationId,
    configuration: ActiveConfiguration,
    decoded: readonly DecodedEnvelope[],
  ) => Promise<void>
  /** A sign of life that was written at `at` has come as far as this. */
  readonly beat?: (organisation: OrganisationId, at: TimeUs) => Promise<void>
  /** Looks for a suspend that nobody has noticed yet, before a timer is believed. */
  readonly checkSuspend: () => Promise<void>
  readonly clock: Clock
  readonly logger: Logger
}

const checkpointEvery = durationUs(5 * SECOND)
const entriesABatch = 2_000
/** More control records than this are kept at once: a checkpoint comes before its time. */
const controlsBetween = 10_000

/** Feeds the pure detector from the log, and carries what it says to the alarms before going on. */
export function startDetection(parts: DetectionParts): Consumer {
  const { decoded, clock, logger, start } = parts
  const detection = new Detection(parts)
  const consumer = startConsumer({
    name: 'detector',
    log: decoded.reader(),
    after: start.position,
    handle: (entries) => detection.handle(entries),
    clock,
    logger,
    limit: entriesABatch,
    linger: durationUs(0),
  })
  detection.wakeWhen(() => consumer.atHead())
  return {
    async settled() {
      await detection.timersWritten()
      await consumer.settled()
    },
    failure: () => consumer.failure(),
    position: () => consumer.position(),
    atHead: () => consumer.atHead(),
    async [Symbol.asyncDispose]() {
      await detection.stop()
      await consumer[Symbol.asyncDispose]()
      const position = consumer.position()
      if (position !== undefined && consumer.failure() === undefined) {
        await detection.saveAt(position)
      }
    },
  }
}

/** The detectors of all organisations, between the log before them and the alarms behind them. */
class Detection {
  readonly #parts: DetectionParts
  readonly #detectors: Map<OrganisationId, Detector>
  readonly #active: Map<OrganisationId, ActiveConfiguration>
  readonly #stopping = new AbortController()
  #timers: Timers | undefined
  #savedAt: TimeUs
  /** Control records since the last checkpoint. One comes for each timer, so there are few. */
  #controls: HandledControl[] = []

  constructor(parts: DetectionParts) {
    this.#parts = parts
    this.#detectors = new Map(parts.start.detectors)
    this.#active = new Map(parts.start.configurations)
    this.#savedAt = parts.clock.now()
  }

  /** From now on detectors are woken when they asked to be, provided that `ready` says so. */
  wakeWhen(ready: () => boolean): void {
    const { clock, logger } = this.#parts
    const fire = (organisation: OrganisationId): Promise<void> => this.#fire(organisation)
    this.#timers = createTimers({ clock, logger, ready, fire })
    for (const organisation of this.#detectors.keys()) this.#arm(organisation)
  }

  async #fire(organisation: OrganisationId): Promise<void> {
    const { log, clock, checkSuspend } = this.#parts
    await checkSuspend()
    await log.append({
      kind: 'control',
      control: 'timer',
      organisation,
      ingest: clock.now(),
    })
  }

  #arm(organisation: OrganisationId): void {
    this.#timers?.arm(organisation, this.#detectors.get(organisation)?.nextDue())
  }

  async handle(entries: readonly DecodedEntry[]): Promise<void> {
    // From here on nothing may fail and be tried anew: the detectors have moved.
    const said: DetectorTransition[] = []
    for (const entry of entries) {
      // Not flattened: nearly every entry says nothing, and its list is not worth making.
      for (const transition of this.#step(entry)) said.push(transition)
    }
    for (const [organisation, transitions] of Map.groupBy(said, byOrganisation)) {
      await this.#take(organisation, transitions)
    }
    await this.#hear(entries)
    for (const organisation of new Set(entries.map((entry) => entry.organisation))) {
      this.#arm(organisation)
    }
    const last = entries.at(-1)
    const due = later(this.#savedAt, checkpointEvery)
    const isFull = this.#controls.length >= controlsBetween
    if (last !== undefined && (isFull || this.#parts.clock.now() >= due)) {
      await this.#insist('checkpoint waits', () => this.saveAt(last.position))
    }
  }

  #step(entry: DecodedEntry): readonly DetectorTransition[] {
    const { organisation, position } = entry
    const detector = this.#detectors.get(organisation) ?? createDetector(organisation)
    this.#detectors.set(organisation, detector)
    if (entry.kind === 'control' || entry.kind === 'activation') {
      this.#controls.push({ position, record: entry.record })
    }
    switch (entry.kind) {
      case 'heartbeat':
        return []
      case 'readings':
        return detector.step({ kind: 'readings', decoded: entry })
      case 'control':
        return detector.step({ kind: 'control', position, record: entry.record })
      case 'activation': {
        this.#active.set(organisation, entry.configuration)
        const { rules } = entry.configuration
        const { ingest } = entry.record
        return detector.step({ kind: 'activation', position, ingest, rules })
      }
    }
  }

  /** What is no matter of the detector and yet comes with the readings, or behind them. */
  async #hear(entries: readonly DecodedEntry[]): Promise<void> {
    const { heard, beat } = this.#parts
    for (const [organisation, own] of Map.groupBy(entries, (entry) => entry.organisation)) {
      const active = this.#active.get(organisation)
      if (heard !== undefined && active !== undefined && active.sourceAlarms.size > 0) {
        const decoded = own.filter((entry) => entry.kind === 'readings')
        await this.#insist('acknowledgements of sources wait for the database', () =>
          heard(organisation, active, decoded),
        )
      }
      const last = own.findLast(({ kind }) => kind === 'heartbeat')
      if (beat === undefined || last?.kind !== 'heartbeat') continue
      await this.#insist('a sign of life waits for the database', () =>
        beat(organisation, last.record.ingest),
      )
    }
  }

  async #take(
    organisation: OrganisationId,
    transitions: readonly DetectorTransition[],
  ): Promise<void> {
    const facts = this.#active.get(organisation)?.ruleFacts
    await this.#insist('alarms wait for the database', () =>
      this.#parts.alarms.take(organisation, transitions, (rule) => facts?.get(rule)),
    )
  }

  async #insist(what: string, work: () => Promise<void>): Promise<void> {
    const { clock, logger } = this.#parts
    const { signal } = this.#stopping
    await retry(work, {
      clock,
      signal,
      failed: (error) => logger.error({ err: error }, what),
    })
  }

  /** Snapshot and cursor, and the mark that lets the log forget what lies before. */
  async saveAt(position: Position): Promise<void> {
    const { database, log, clock, logger } = this.#parts
    await saveCheckpoint(database, {
      position,
      detectors: this.#detectors,
      controls: this.#controls,
      now: clock.now(),
    })
    this.#controls = []
    this.#savedAt = clock.now()
    // Only retention waits for this mark, so a failure here must not make the batch run twice.
    await log.release('detector', position).catch((error: unknown) => {
      logger.error({ err: error }, 'the log was not told how far the detector is')
    })
  }

  /** When time itself is in the log, as far as it is news. */
  async timersWritten(): Promise<void> {
    await this.#timers?.written()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#timers?.stop()
  }
}

function byOrganisation(transition: DetectorTransition): OrganisationId {
  return transition.key.organisation
}
