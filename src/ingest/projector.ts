import type { Logger } from 'pino'
import type { Stranger } from '../adapters/adapter.ts'
import type { Database } from '../database/database.ts'
import type { Clock, Random } from '../domain/clock.ts'
import type { Position } from '../domain/position.ts'
import { durationUs, MS } from '../domain/time.ts'
import type { ReadingStore } from '../store/reading-store.ts'
import { startConsumer, type Consumer } from './consumer.ts'
import type { DecodedLog } from './decoded-log.ts'
import type { DecodedEntry } from './decoding.ts'
import type { Problems } from './problems.ts'
import type { Circuit } from './projector/circuit.ts'
import { HistoryWriter } from './projector/history-writer.ts'
import type { RefusedReading } from './projector/poison.ts'
import { keepReadings } from './quarantine/keep.ts'
import type { ReadingLog } from './reading-log.ts'

export interface ProjectorParts {
  readonly log: ReadingLog
  readonly decoded: DecodedLog
  readonly store: ReadingStore
  /** Holds the quarantine. */
  readonly database: Database
  readonly problems: Problems
  /** Told of messages of a device that the configuration does not know. */
  readonly unknown: (stranger: Stranger) => void
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** The consumer that writes history. */
export interface Projector extends Consumer {
  /** How writing to the store goes. */
  circuit(): Circuit
}

/** Entries a batch at most: what 200 ms bring in quiet times, this many when catching up. */
const batchSize = 5_000
/** A store that writes columns wants few, large commits. */
const linger = durationUs(200 * MS)

/** Writes history: every reading of the log into the store, at the store's pace. */
export async function startProjector(parts: ProjectorParts): Promise<Projector> {
  const { log, decoded, store, problems, logger } = parts
  const writer = new HistoryWriter({
    ...parts,
    async quarantine(refused) {
      await keepReadings(parts, refused)
      noteRefused(problems, refused)
      logger.warn({ readings: refused.length }, 'readings went into quarantine')
    },
  })
  const lowWater = new LowWater(log, logger)
  let stored = await store.cursor()
  /** The batch that is being written; the next one is made ready meanwhile. */
  let writing: Promise<void> = Promise.resolve()
  let underWay = 0
  async function write(entries: readonly DecodedEntry[], last: Position): Promise<void> {
    underWay += 1
    try {
      await writer.write(entries.filter(hasReadings), last)
      stored = last
    } finally {
      underWay -= 1
    }
    for (const entry of entries) noteProblems(parts, entry)
    lowWater.tell(last)
  }
  const consumer = startConsumer({
    name: 'projector',
    log: decoded.reader(),
    after: stored,
    clock: parts.clock,
    logger,
    limit: batchSize,
    linger,
    async handle(entries) {
      const last = entries.at(-1)
      if (last === undefined) return
      const before = writing
      writing = write(entries, last.position)
      // It rejects only because of a stop, and then whoever waits for it hears of it.
      writing.catch(() => undefined)
      await before
    },
  })
  return {
    async settled() {
      await consumer.settled()
      await writing
    },
    failure: () => writer.failure() ?? consumer.failure(),
    position: () => (underWay === 0 ? consumer.position() : stored),
    atHead: () => underWay === 0 && consumer.atHead(),
    circuit: () => writer.circuit(),
    async [Symbol.asyncDispose]() {
      writer.stop()
      await consumer[Symbol.asyncDispose]()
      await Promise.allSettled([writing])
      await lowWater.told
    },
  }
}

/** Tells the log what history has. Only retention asks for it, so no batch waits until it is told. */
class LowWater {
  readonly #log: ReadingLog
  readonly #logger: Logger
  #due: Position | undefined
  #telling: Promise<void> | undefined

  constructor(log: ReadingLog, logger: Logger) {
    this.#log = log
    this.#logger = logger
  }

  /** Resolves when the log knows the newest position, or could not be told. */
  get told(): Promise<void> {
    return this.#telling ?? Promise.resolve()
  }

  tell(position: Position): void {
    this.#due = position
    this.#telling ??= this.#tellAll()
  }

  async #tellAll(): Promise<void> {
    while (this.#due !== undefined) {
      const position = this.#due
      this.#due = undefined
      try {
        await this.#log.release('projector', position)
      } catch (error) {
        this.#logger.warn({ err: error }, 'the log keeps more than history lacks')
      }
    }
    this.#telling = undefined
  }
}

function hasReadings(
  entry: DecodedEntry,
): entry is Extract<DecodedEntry, { readonly kind: 'readings' }> {
  return entry.kind === 'readings'
}

function noteProblems(
  { problems, unknown }: Pick<ProjectorParts, 'problems' | 'unknown'>,
  entry: DecodedEntry,
): void {
  if (entry.kind !== 'readings' || entry.misunderstood === undefined) return
  const { organisation, misunderstood } = entry
  const { connection, topic, device, payload } = misunderstood.envelope
  const source = `${connection}:${organisation}/${device}`
  for (const { reason, detail } of misunderstood.problems) {
    if (reason === 'unknown_device') {
      unknown({ organisation, connection, identity: topic || device, sample: payload })
    }
    problems.note({ organisation, source, reason, detail, sample: payload })
  }
}

/** Where integrators look anyway; the readings themselves are in quarantine. */
function noteRefused(problems: Problems, refused: readonly RefusedReading[]): void {
  for (const { organisation, reading, reason } of refused) {
    problems.note({
      organisation,
      source: `history:${organisation}/point ${reading.point}`,
      reason: 'refused_by_store',
      detail: `${reason}; the reading is in quarantine`,
    })
  }
}
