import type { FieldConnection, FieldDevice } from '../../devices/field-device.ts'
import type { HttpConnection, HttpFormat } from '../../devices/http/connection.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import type { Envelope } from '../../domain/log-record.ts'
import { Problem } from '../../domain/problem.ts'
import { durationUs, elapsed, SECOND, type TimeUs } from '../../domain/time.ts'
import type { AdapterContext, FieldAdapter, Health } from '../adapter.ts'
import { identityOf, keyOf } from '../../devices/http/identity.ts'

/** One message of a delivery, before it is known whose it is. */
export interface Heard {
  /** What the sender calls the device. */
  readonly identity: string
  /** What stands in the envelope as its topic. */
  readonly topic: string
  readonly payload: Uint8Array
}

/** What became of a delivery. */
export interface Kept {
  /** Messages that are durable. */
  readonly stored: number
  /** Messages of devices that the connection does not have; they wait in the inbox for somebody. */
  readonly unknown: number
  /** Their names, each once, the first 20. */
  readonly strangers: readonly string[]
}

/** Identities of one delivery that the inbox is told of. */
const STRANGERS = 100
const SHOWN_STRANGERS = 20
const LONGEST_IDENTITY = 200
/** Longer than this, and the log is behind. */
const SLOW = durationUs(10 * SECOND)
const LATER_SECONDS = 10
/** How long stopping waits for what is under way to the log. */
const stopWithin = durationUs(5 * SECOND)

const protocolOf = {
  json: 'http',
  line: 'http',
  chirpstack4: 'lorawan',
  tts3: 'lorawan',
  talq: 'talq',
} as const satisfies Record<HttpFormat, FieldDevice['type']['protocol']>

/** A configured connection that others send to: its devices, its way into the log, its health. */
export class Source implements FieldAdapter {
  readonly connection: string
  readonly organisation: OrganisationId
  readonly settings: HttpConnection
  readonly #left: (source: Source) => void
  #context: AdapterContext | undefined
  #wasStarted = false
  #endedAt: TimeUs | undefined
  #devices = new Map<string, FieldDevice>()
  /** Devices that cannot be heard here, and why. */
  #deaf = new Map<string, string>()
  #heardAt = new Map<string, TimeUs>()
  #pending = new Map<symbol, TimeUs>()
  #failing: string | undefined
  #lastOk: TimeUs | undefined
  #said: { readonly state: Health['state']; readonly since: TimeUs } | undefined
  #whenIdle: (() => void)[] = []

  constructor(
    organisation: OrganisationId,
    { name, settings, devices }: FieldConnection,
    left: (source: Source) => void,
  ) {
    if (settings.protocol !== 'http') throw new Error(`${name} is no HTTP connection`)
    this.organisation = organisation
    this.connection = name
    this.settings = settings
    this.#left = left
    this.#know(devices)
  }

  /** Undefined before the start and after the end: nothing is taken then. */
  get context(): AdapterContext | undefined {
    return this.#context
  }

  async start(context: AdapterContext): Promise<void> {
    if (this.#wasStarted) throw new Error('started twice')
    this.#wasStarted = true
    this.#context = context
  }

  async reload(devices: readonly FieldDevice[]): Promise<void> {
    this.#know(devices)
  }

  find(identity: string): FieldDevice | undefined {
    return this.#devices.get(keyOf(this.settings.format, identity))
  }

  /** The devices that can be heard here. */
  all(): Iterable<FieldDevice> {
    return this.#devices.values()
  }

  /**
   * Puts the messages of known devices into the log, and tells of the others. Rejects with Problem
   * unavailable when not all of it is durable.
   */
  async keep(messages: readonly Heard[], ingest: TimeUs): Promise<Kept> {
    const envelopes: Envelope[] = []
    const strangers = new Map<string, Heard>()
    let unknown = 0
    for (const message of messages) {
      const device = this.find(message.identity)
      if (device !== undefined) envelopes.push(this.#envelope(device, message, ingest))
      else {
        unknown += 1
        if (strangers.size < STRANGERS) strangers.set(message.identity, message)
      }
    }
    await this.#append(envelopes, ingest)
    for (const { device } of envelopes) this.#heardAt.set(device, ingest)
    for (const { identity, payload } of strangers.values()) this.tellOf(identity, payload)
    return {
      stored: envelopes.length,
      unknown,
      strangers: [...strangers.keys()].slice(0, SHOWN_STRANGERS),
    }
  }

  /** Tells the inbox of somebody who is no device of this connection. */
  tellOf(identity: string, sample: Uint8Array): void {
    this.#context?.unknown({
      organisation: this.organisation,
      connection: this.connection,
      identity: identity.slice(0, LONGEST_IDENTITY),
      sample,
    })
  }

  /** Counts something that was not taken. */
  refuse(reason: string, detail: string, sample?: Uint8Array): void {
    this.#context?.refuse({
      organisation: this.organisation,
      source: `http:${this.connection}`,
      reason,
      detail,
      ...(sample !== undefined && { sample: sample.slice(0, LONGEST_IDENTITY) }),
    })
  }

  health(): Health {
    const { clock } = this.#context ?? {}
    if (this.#endedAt !== undefined)
      return { state: 'offline', detail: 'stopped', since: this.#endedAt }
    if (clock === undefined) return { state: 'connecting', detail: 'not started' }
    const now = clock.now()
    const [oldest = now] = this.#pending.values()
    const lag = Math.max(0, elapsed(oldest, now))
    const judged = this.#judge(lag)
    if (this.#said?.state !== judged.state) this.#said = { state: judged.state, since: now }
    return {
      ...judged,
      since: this.#said.since,
      ...(this.#lastOk !== undefined && { lastOk: this.#lastOk }),
      ...(this.#failing !== undefined && { lastError: this.#failing }),
      lagSeconds: lag / SECOND,
    }
  }

  devices(): ReadonlyMap<string, Health> {
    const all = new Map<string, Health>()
    for (const { id } of this.#devices.values()) all.set(id, this.#deviceHealth(id))
    for (const [id, detail] of this.#deaf) all.set(id, { state: 'offline', detail })
    return all
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#left(this)
    const { clock } = this.#context ?? {}
    // From here on nothing more is brought to the log.
    this.#context = undefined
    if (clock === undefined) return
    this.#endedAt = clock.now()
    if (this.#pending.size === 0) return
    const { promise: settled, resolve } = Promise.withResolvers<void>()
    this.#whenIdle.push(resolve)
    const cancel = clock.after(stopWithin, resolve)
    await settled
    cancel()
  }

  #judge(lag: number): Pick<Health, 'state' | 'detail'> {
    const waiting = `${this.#pending.size} deliveries wait for the log`
    if (this.#failing !== undefined) {
      return { state: 'degraded', detail: `the reading log refuses messages; ${waiting}` }
    }
    if (lag > SLOW) {
      return { state: 'degraded', detail: `the reading log is slow; ${waiting}` }
    }
    if (this.#deaf.size > 0) {
      const [why = ''] = this.#deaf.values()
      return {
        state: 'degraded',
        detail: `${this.#deaf.size} devices cannot be heard: ${why}`,
      }
    }
    const heard = this.#lastOk === undefined ? 'listens; nothing came yet' : 'listens'
    return { state: 'online', detail: `${heard}; ${waiting}` }
  }

  #deviceHealth(id: string): Health {
    const at = this.#heardAt.get(id)
    if (at === undefined) {
      return { state: 'connecting', detail: 'not heard since the service started' }
    }
    return { state: 'online', detail: 'heard', lastOk: at }
  }

  #know(devices: readonly FieldDevice[]): void {
    const { format } = this.settings
    const known = new Map<string, FieldDevice>()
    const deaf = new Map<string, string>()
    for (const device of devices) {
      const key = keyOf(format, identityOf(device))
      if (device.type.protocol !== protocolOf[format]) {
        deaf.set(
          device.id,
          `${device.slug} speaks ${device.type.protocol}, which ${format} does not carry`,
        )
      } else if (known.has(key)) {
        deaf.set(
          device.id,
          `${device.slug} has the same address as ${known.get(key)?.slug}`,
        )
      } else known.set(key, device)
    }
    this.#devices = known
    this.#deaf = deaf
    const ids = new Set(devices.map(({ id }) => id))
    for (const id of this.#heardAt.keys()) if (!ids.has(id)) this.#heardAt.delete(id)
  }

  #envelope({ id }: FieldDevice, { topic, payload }: Heard, ingest: TimeUs): Envelope {
    return {
      kind: 'envelope',
      organisation: this.organisation,
      connection: this.connection,
      device: id,
      topic,
      payload,
      ingest,
      retained: false,
    }
  }

  async #append(envelopes: readonly Envelope[], ingest: TimeUs): Promise<void> {
    const context = this.#context
    if (context === undefined) throw notStored('the connection is being closed')
    if (envelopes.length === 0) return
    const mark = Symbol('delivery')
    this.#pending.set(mark, ingest)
    try {
      await context.appendAll(envelopes)
      if (this.#failing !== undefined) context.log.info('reading log takes messages again')
      this.#failing = undefined
      this.#lastOk = ingest
    } catch (error) {
      // Said once per outage: every delivery that is turned away would say the same.
      if (this.#failing === undefined) {
        context.log.error(
          { err: error },
          'reading log refuses messages; senders are told to come again',
        )
      }
      this.#failing = error instanceof Error ? error.message.slice(0, 200) : 'not stored'
      throw notStored('the reading log does not take messages now', error)
    } finally {
      this.#pending.delete(mark)
      if (this.#pending.size === 0) for (const done of this.#whenIdle.splice(0)) done()
    }
  }
}

function notStored(why: string, cause?: unknown): Problem {
  return new Problem(
    {
      kind: 'unavailable',
      what: 'Not everything in this request was stored',
      why,
      next: `Send all of it again in ${LATER_SECONDS} s; what was stored already is recognised by its time`,
      facts: { retryAfterSeconds: LATER_SECONDS },
    },
    { cause },
  )
}
