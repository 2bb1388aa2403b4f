import type { Logger } from 'pino'
import type { Alarms } from '../alarms/alarms.ts'
import type { ActiveConfiguration, Configurations } from '../configuration/active.ts'
import type { Database } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { LogEntry } from '../domain/log-record.ts'
import type { Position } from '../domain/position.ts'
import { durationUs, later, MS, SECOND, type TimeUs } from '../domain/time.ts'
import type { DetectorTransition } from '../domain/transition.ts'
import type { Detector } from '../rules/detector.ts'
import { createDetector } from '../rules/engine.ts'
import { loadCheckpoint, saveCheckpoint } from './checkpoint.ts'
import { startConsumer, type Consumer } from './consumer.ts'
import { createDecoding, type DecodedEntry } from './decoding.ts'
import type { ReadingLog } from './reading-log.ts'
import { createTimers } from './timers.ts'
import { retry } from './retry.ts'

export interface DetectionParts {
  readonly log: ReadingLog
  readonly database: Database
  readonly configurations: Configurations
  readonly alarms: Pick<Alarms, 'take'>
  /** Looks for a suspend that nobody has noticed yet, before a timer is believed. */
  readonly checkSuspend: () => Promise<void>
  readonly clock: Clock
  readonly logger: Logger
}

const checkpointEvery = durationUs(5 * SECOND)
const entriesABatch = 2_000

/** Feeds the pure detector from the log, and carries what it says to the alarms before going on. */
export async function startDetection(parts: DetectionParts): Promise<Consumer> {
  const { log, database, configurations, alarms, clock } = parts
  const start = await loadCheckpoint(database, configurations, log.epoch)
  const detectors = new Map<OrganisationId, Detector>(start.detectors)
  const active = new Map<OrganisationId, ActiveConfiguration>(start.configurations)
  const decoding = createDecoding(configurations)
  const stopping = new AbortController()
  let savedAt: TimeUs = clock.now()
  let savedPosition: Position | undefined = start.position

  const timers = createTimers({
    clock,
    logger: parts.logger,
    ready: () => consumer.atHead(),
    async fire(organisation) {
      await parts.checkSuspend()
      const record = {
        kind: 'control',
        control: 'timer',
        organisation,
        ingest: clock.now(),
      } as const
      await log.append(record)
    },
  })

  function stepOne(entry: DecodedEntry): readonly DetectorTransition[] {
    const { organisation, position } = entry
    let detector = detectors.get(organisation)
    if (detector === undefined) {
      detector = createDetector(organisation)
      detectors.set(organisation, detector)
    }
    switch (entry.kind) {
      case 'readings':
        return detector.step({ kind: 'readings', decoded: entry.decoded })
      case 'control':
        return detector.step({ kind: 'control', position, record: entry.record })
      case 'activation': {
        active.set(organisation, entry.configuration)
        const { rules } = entry.configuration
        return detector.step({
          kind: 'activation',
          position,
          ingest: entry.record.ingest,
          rules,
        })
      }
    }
  }

  async function handle(entries: readonly LogEntry[]): Promise<void> {
    const decoded: DecodedEntry[] = []
    for (const entry of entries) decoded.push(await decoding.decode(entry))
    // From here on nothing may fail and be tried anew: the detectors have moved.
    const said: DetectorTransition[] = []
    const touched = new Set<OrganisationId>()
    for (const entry of decoded) {
      touched.add(entry.organisation)
      for (const transition of stepOne(entry)) said.push(transition)
    }
    for (const [organisation, transitions] of Map.groupBy(
      said,
      (t) => t.key.organisation,
    )) {
      const facts = active.get(organisation)?.ruleFacts
      await retry(
        () => alarms.take(organisation, transitions, (rule) => facts?.get(rule)),
        {
          clock,
          signal: stopping.signal,
          failed: (error) =>
            parts.logger.error({ err: error, organisation }, 'alarms wait'),
        },
      )
    }
    for (const organisation of touched) {
      timers.arm(organisation, detectors.get(organisation)?.nextDue())
    }
    const last = entries.at(-1)
    if (last !== undefined && clock.now() >= later(savedAt, checkpointEvery)) {
      await save(last.position)
    }
  }

  async function save(position: Position): Promise<void> {
    await retry(() => saveCheckpoint(database, { position, detectors, now: clock.now() }), {
      clock,
      signal: stopping.signal,
      failed: (error) => parts.logger.error({ err: error }, 'checkpoint waits'),
    })
    // Only retention waits for this mark, so a failure here must not make the batch run twice.
    await log.release('detector', position).catch((error: unknown) => {
      parts.logger.error({ err: error }, 'the log was not told how far the detector is')
    })
    savedAt = clock.now()
    savedPosition = position
  }

  const consumer = startConsumer({
    name: 'detector',
    log,
    after: start.position,
    handle,
    clock,
    logger: parts.logger,
    limit: entriesABatch,
    linger: durationUs(0 * MS),
  })
  for (const [organisation, detector] of detectors) {
    timers.arm(organisation, detector.nextDue())
  }

  return {
    ...consumer,
    async [Symbol.asyncDispose]() {
      timers.stop()
      stopping.abort()
      await consumer[Symbol.asyncDispose]()
      const position = consumer.position()
      if (position !== undefined && position !== savedPosition && !consumer.failure()) {
        await saveCheckpoint(database, { position, detectors, now: clock.now() })
      }
    },
  }
}
