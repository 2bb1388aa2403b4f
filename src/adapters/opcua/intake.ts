import { writeMessage, type OpcuaMessage } from '../../devices/opcua/message.ts'
import type { Envelope } from '../../domain/log-record.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import { durationUs, SECOND, type DurationUs, type TimeUs } from '../../domain/time.ts'
import type { AdapterContext } from '../adapter.ts'

const longestWait = durationUs(10 * SECOND)

export interface IntakeParts {
  readonly connection: string
  readonly organisation: OrganisationId
  readonly context: AdapterContext
}

/** What is said of one device at one time. */
export interface Heard {
  readonly device: string
  /** Where the device stands on the server. */
  readonly root: string
  readonly message: OpcuaMessage
  readonly ingest: TimeUs
}

/**
 * The way of values into the reading log, over all connections to the server. A message that the log
 * refuses is offered again until it is taken or we stop; meanwhile nothing new is asked for, so what
 * waits here is bounded by whoever calls `room`.
 */
export class Intake {
  readonly #parts: IntakeParts
  readonly #pending = new Set<{ readonly ingest: TimeUs }>()
  #values = 0
  #failing: string | undefined
  #stopped = false
  #wakes = new Set<() => void>()
  #waiting: (() => void)[] = []

  constructor(parts: IntakeParts) {
    this.#parts = parts
  }

  /** Values that wait for the log. */
  get values(): number {
    return this.#values
  }

  /** When the message that has waited longest was heard. */
  get oldest(): TimeUs | undefined {
    const [oldest] = this.#pending
    return oldest?.ingest
  }

  /** Why the log refuses messages; undefined when it takes them. */
  get failing(): string | undefined {
    return this.#failing
  }

  /** Resolves with whether the message is durable; false only after `stop`. Never rejects. */
  async store(heard: Heard): Promise<boolean> {
    const { message, device, root, ingest } = heard
    const values = message.values?.length ?? 1
    const place = { ingest }
    this.#pending.add(place)
    this.#values += values
    const stored = await this.#append({
      kind: 'envelope',
      organisation: this.#parts.organisation,
      connection: this.#parts.connection,
      device,
      topic: root,
      payload: writeMessage(message),
      ingest,
      retained: false,
    })
    this.#pending.delete(place)
    this.#values -= values
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
    return stored
  }

  /** Resolves when fewer than `below` values wait, or after `stop`. */
  async room(below: number): Promise<void> {
    while (this.#values >= below && !this.#stopped) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#waiting.push(resolve)
      await promise
    }
  }

  /** No message is offered a second time from now on. */
  stop(): void {
    this.#stopped = true
    for (const wake of [...this.#wakes, ...this.#waiting]) wake()
    this.#waiting = []
  }

  async #append(envelope: Envelope): Promise<boolean> {
    const { context } = this.#parts
    let wait: DurationUs = durationUs(SECOND / 4)
    for (;;) {
      try {
        await context.append(envelope)
        if (this.#failing !== undefined)
          context.log.info('reading log takes messages again')
        this.#failing = undefined
        return true
      } catch (error) {
        // Said once per outage: everything that waits fails alike.
        if (this.#failing === undefined) {
          context.log.error({ err: error }, 'reading log refuses messages; offered again')
        }
        this.#failing = error instanceof Error ? error.message : 'not stored'
      }
      if (this.#stopped) return false
      await this.#pause(wait)
      if (this.#stopped) return false
      wait = durationUs(Math.min(wait * 2, longestWait))
    }
  }

  async #pause(wait: DurationUs): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.#parts.context.clock.after(wait, resolve)
    this.#wakes.add(resolve)
    await promise
    this.#wakes.delete(resolve)
    cancel()
  }
}
