import type { Envelope } from '../../domain/log-record.ts'
import type { TimeUs } from '../../domain/time.ts'
import type { AdapterContext } from '../adapter.ts'
import type { ExternalBroker } from './config.ts'
import type { TopicTable } from './filters.ts'

const sampleBytes = 200

/** A message as the broker hands it over. */
export interface Arrived {
  readonly topic: string
  readonly payload: Uint8Array
  readonly retain: boolean
  readonly dup: boolean
}

export interface IntakeParts {
  readonly connection: string
  readonly config: Pick<ExternalBroker, 'organisation' | 'limits'>
  readonly context: AdapterContext
}

/** The way of a broker's messages into the reading log, over all connections to it. */
export class Intake {
  readonly #parts: IntakeParts
  readonly #pending = new Set<Envelope>()
  #table: TopicTable
  #unpromised = 0
  #failing = false
  #whenIdle: (() => void)[] = []

  constructor(parts: IntakeParts, table: TopicTable) {
    this.#parts = parts
    this.#table = table
  }

  /** From now on these topics are known. */
  follow(table: TopicTable): void {
    this.#table = table
  }

  /** The reading log refused the newest message. */
  get failing(): boolean {
    return this.#failing
  }

  /** Messages that wait for the log, also those whose connection is gone. */
  get pending(): number {
    return this.#pending.size
  }

  /** When the message that has waited longest was heard. */
  get oldest(): TimeUs | undefined {
    const [oldest] = this.#pending
    return oldest?.ingest
  }

  /**
   * The envelope of a message, or undefined when it was refused and noted: too large, or nobody's.
   * A refused message must be acknowledged, or it would come for ever.
   */
  accept(message: Arrived): Envelope | undefined {
    const { connection, config, context } = this.#parts
    const { topic, payload } = message
    const most = config.limits.payloadBytes
    if (payload.length > most) {
      this.#refuse(
        message,
        'too_large',
        `${payload.length} bytes on ${shown(topic)}; at most ${most} are taken`,
      )
      return undefined
    }
    const device = this.#table.deviceOf(topic)
    if (device === undefined) {
      this.#refuse(
        message,
        'topic_not_allowed',
        `${shown(topic)} is no topic of a known device type`,
      )
      return undefined
    }
    return {
      kind: 'envelope',
      organisation: config.organisation,
      connection,
      device,
      topic,
      payload,
      ingest: context.clock.now(),
      retained: message.retain,
      ...(message.dup && { repeated: true }),
    }
  }

  /** Calls back once: `stored` when the envelope is durable, else why not. Never rejects. */
  async store(
    envelope: Envelope,
    settled: (outcome: 'stored' | Error) => void,
  ): Promise<void> {
    this.#pending.add(envelope)
    const outcome = await this.#append(envelope)
    this.#pending.delete(envelope)
    settled(outcome)
    if (this.#pending.size > 0) return
    const waiting = this.#whenIdle
    this.#whenIdle = []
    for (const resolve of waiting) resolve()
  }

  /** A message that nobody waits for (QoS 0): what finds no room or no log is lost, and counted. */
  storeUnpromised(message: Arrived): void {
    const envelope = this.accept(message)
    if (envelope === undefined) return
    const { unpromised } = this.#parts.config.limits
    if (this.#unpromised >= unpromised) {
      const detail = `QoS 0 came faster than the reading log stores; lost, for instance on ${shown(message.topic)}`
      this.#refuse(message, 'too_many', detail)
      return
    }
    this.#unpromised += 1
    void this.store(envelope, (outcome) => {
      this.#unpromised -= 1
      if (outcome === 'stored') return
      const detail = `the reading log did not take it and QoS 0 does not repeat: ${outcome.message}`
      this.#refuse(message, 'not_stored', detail)
    })
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    if (this.#pending.size === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#whenIdle.push(resolve)
    await promise
  }

  async #append(envelope: Envelope): Promise<'stored' | Error> {
    const { context } = this.#parts
    try {
      await context.append(envelope)
      if (this.#failing) context.log.info('reading log takes messages again')
      this.#failing = false
      return 'stored'
    } catch (error) {
      // Said once per outage: everything that waits in the window fails alike.
      if (!this.#failing) {
        context.log.error({ err: error }, 'reading log refuses messages; not acknowledged')
      }
      this.#failing = true
      return error instanceof Error ? error : new Error('not stored', { cause: error })
    }
  }

  #refuse({ payload }: Arrived, reason: string, detail: string): void {
    const { connection, config, context } = this.#parts
    context.refuse({
      organisation: config.organisation,
      source: `broker:${connection}`,
      reason,
      detail,
      sample: new Uint8Array(payload.subarray(0, sampleBytes)),
    })
  }
}

function shown(topic: string): string {
  return JSON.stringify(topic.slice(0, 200))
}
