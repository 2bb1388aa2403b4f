import type { Logger } from 'pino'
import type { Configurations } from '../configuration/active.ts'
import type { Clock } from '../domain/clock.ts'
import { durationUs, MS } from '../domain/time.ts'
import type { ReadingsOfRecord, ReadingStore } from '../store/reading-store.ts'
import { startConsumer, type Consumer } from './consumer.ts'
import { createDecoding, type DecodedEntry } from './decoding.ts'
import type { Problems } from './problems.ts'
import type { ReadingLog } from './reading-log.ts'

export interface ProjectorParts {
  readonly log: ReadingLog
  readonly store: ReadingStore
  readonly configurations: Configurations
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
  const { log, store, problems } = parts
  const decoding = createDecoding(parts.configurations)
  return startConsumer({
    name: 'projector',
    log,
    after: await store.cursor(),
    clock: parts.clock,
    logger: parts.logger,
    limit: batchSize,
    linger,
    async handle(entries) {
      const last = entries.at(-1)
      if (last === undefined) return
      const decoded: DecodedEntry[] = []
      for (const entry of entries) decoded.push(await decoding.decode(entry))
      await store.write(decoded.flatMap(readingsOf), last.position)
      for (const entry of decoded) noteProblems(problems, entry)
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
