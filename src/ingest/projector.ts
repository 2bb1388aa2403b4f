import type { Logger } from 'pino'
import type { Clock } from '../domain/clock.ts'
import { durationUs, MS } from '../domain/time.ts'
import type { ReadingsOfRecord, ReadingStore } from '../store/reading-store.ts'
import { startConsumer, type Consumer } from './consumer.ts'
import type { DecodedLog } from './decoded-log.ts'
import type { DecodedEntry } from './decoding.ts'
import type { Problems } from './problems.ts'
import type { ReadingLog } from './reading-log.ts'

export interface ProjectorParts {
  readonly log: ReadingLog
  readonly decoded: DecodedLog
  readonly store: ReadingStore
  readonly problems: Problems
  readonly clock: Clock
  readonly logger: Logger
}

/** Entries a transaction of the store; large enough for its appender to pay. */
const batchSize = 5_000
/** A store that writes columns wants few, large commits. */
const linger = durationUs(200 * MS)

/** Writes history: every reading of the log into the store, at the store's pace. */
export async function startProjector(parts: ProjectorParts): Promise<Consumer> {
  const { log, decoded, store, problems } = parts
  return startConsumer({
    name: 'projector',
    log: decoded.reader(),
    after: await store.cursor(),
    clock: parts.clock,
    logger: parts.logger,
    limit: batchSize,
    linger,
    async handle(entries) {
      const last = entries.at(-1)
      if (last === undefined) return
      await store.write(entries.flatMap(readingsOf), last.position)
      for (const entry of entries) noteProblems(problems, entry)
      await log.release('projector', last.position)
    },
  })
}

function readingsOf(entry: DecodedEntry): ReadingsOfRecord[] {
  if (entry.kind !== 'readings') return []
  const { organisation, position, decoded } = entry
  return [{ organisation, position, readings: decoded.readings }]
}

function noteProblems(problems: Problems, entry: DecodedEntry): void {
  if (entry.kind !== 'readings') return
  for (const { reason, detail } of entry.problems) {
    problems.note({
      organisation: entry.organisation,
      source: `${entry.envelope.connection}:${entry.organisation}/${entry.envelope.device}`,
      reason,
      detail,
      sample: entry.envelope.payload,
    })
  }
}
