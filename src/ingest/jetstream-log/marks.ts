import type { KV } from 'nats'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Clock } from '../../domain/clock.ts'
import { comparePositions, type Position } from '../../domain/position.ts'
import { durationUs } from '../../domain/time.ts'
import { maxConsumers, tooManyConsumers } from '../log-refusals.ts'
import type { Connection } from './connection.ts'
import { messageOf, NatsAwayError } from './errors.ts'

export interface MarksParts {
  readonly connection: Connection
  readonly stream: string
  readonly replicas: number
  readonly epoch: string
  readonly clock: Clock
  readonly logger: Logger
}

/** How far one consumer has come. */
export interface Mark {
  readonly consumer: string
  readonly position: Position
}

const writeEvery = durationUs(1_000_000)

const stored = z.object({
  epoch: z.string(),
  partition: z.number().int(),
  sequence: z.number().int(),
  index: z.number().int(),
})

/**
 * Low-water marks of all consumers in all processes: one key a consumer in the key-value bucket
 * `<stream>_marks`. Marks of another epoch, left behind by a stream that was deleted, count for
 * nothing.
 */
export class Marks {
  readonly #parts: MarksParts
  readonly #bucket: KV
  /** What all processes had written when it was last looked at, and what this one released since. */
  #known = new Map<string, Position>()
  readonly #unwritten = new Map<string, Position>()
  #cancelTimer: (() => void) | undefined

  private constructor(parts: MarksParts, bucket: KV) {
    this.#parts = parts
    this.#bucket = bucket
  }

  static async open(parts: MarksParts): Promise<Marks> {
    const { connection, stream, replicas } = parts
    const name = `${stream}_marks`
    const options = { history: 1, replicas, description: 'How far the log has been read' }
    const marks = new Marks(parts, await connection.js.views.kv(name, options))
    await marks.load()
    return marks
  }

  /** Remembers the mark, and writes it within a second: one lost in a crash only keeps more. */
  release(consumer: string, position: Position): void {
    const old = this.#known.get(consumer)
    if (old === undefined && this.#known.size >= maxConsumers) {
      throw tooManyConsumers(consumer)
    }
    if (old !== undefined && comparePositions(position, old) <= 0) return
    this.#known.set(consumer, position)
    this.#unwritten.set(consumer, position)
    this.#cancelTimer ??= this.#parts.clock.after(writeEvery, () => void this.#writeLater())
  }

  /** Writes the marks that the bucket does not have yet; rejects when NATS is away. */
  async flush(): Promise<void> {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    for (const [consumer, position] of this.#unwritten) {
      const value = JSON.stringify(position)
      await this.#parts.connection.during(() => this.#bucket.put(keyOf(consumer), value))
      if (this.#unwritten.get(consumer) === position) this.#unwritten.delete(consumer)
    }
  }

  /** Looks at what all processes have written. */
  async load(): Promise<readonly Mark[]> {
    const { connection, stream, epoch } = this.#parts
    const bucket = `${stream}_marks`
    const prefix = `$KV.${bucket}.`
    const { state } = await connection.during(() =>
      connection.jsm.streams.info(`KV_${bucket}`, { subjects_filter: `${prefix}>` }),
    )
    const found = new Map<string, Position>()
    for (const subject of Object.keys(state.subjects ?? {})) {
      const key = subject.slice(prefix.length)
      const entry = await connection.during(() => this.#bucket.get(key))
      // A server that answers but is behind must not make a mark disappear.
      if (entry === null) throw new NatsAwayError(`the mark ${key} is not there yet`)
      if (entry.operation !== 'PUT') continue
      const position = stored.parse(entry.json())
      if (position.epoch === epoch) found.set(consumerOf(key), position)
    }
    for (const [consumer, position] of this.#unwritten) found.set(consumer, position)
    this.#known = found
    return [...found].map(([consumer, position]) => ({ consumer, position }))
  }

  async #writeLater(): Promise<void> {
    this.#cancelTimer = undefined
    try {
      await this.flush()
    } catch (error) {
      const { logger, clock } = this.#parts
      logger.warn(
        { why: messageOf(error) },
        'marks could not be written; it is tried again',
      )
      this.#cancelTimer ??= clock.after(writeEvery, () => void this.#writeLater())
    }
  }
}

/** Keys of a bucket are letters, digits, `-` and `_`; anything else is `=` and its code in hexadecimal. */
function keyOf(consumer: string): string {
  const bytes = [...Buffer.from(consumer)]
  return bytes
    .map((byte) => String.fromCharCode(byte))
    .map((char) =>
      /[\w-]/.test(char) ? char : `=${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
    )
    .join('')
}

function consumerOf(key: string): string {
  return decodeURIComponent(key.replaceAll('=', '%'))
}
