import modbusSerial from 'modbus-serial'
import type { ModbusConnection } from '../../devices/modbus/connection.ts'
import type { CancelTimer, Clock, Random } from '../../domain/clock.ts'
import {
  durationUs,
  elapsed,
  later,
  type DurationUs,
  type TimeUs,
} from '../../domain/time.ts'
import { CheckedPort } from './checked-port.ts'
import { dataBytes, type Ask } from './frames.ts'
import { openStream } from './open-stream.ts'

/** What came of one question. */
export type Reply =
  | { readonly ok: true; readonly data: Buffer }
  | { readonly ok: false; readonly why: 'exception'; readonly code: number }
  | Trouble

/** No answer, and why; the connection is gone. */
export interface Trouble {
  readonly ok: false
  readonly why: 'timeout' | 'odd' | 'lost' | 'connect'
  readonly detail: string
}

export interface LineParts {
  readonly settings: ModbusConnection
  readonly clock: Clock
  readonly random: Random
}

/** What the library gives us: it makes the question and takes the answer apart. */
type Client = InstanceType<typeof modbusSerial.default>

interface Link {
  readonly client: Client
  readonly port: CheckedPort
}

const errorText = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

/**
 * One connection with one question on it at a time. After a time-out, an answer that is none or a
 * break the connection is destroyed and the next question opens a new one, because a late answer
 * could pass for that of another register. A new link has a new client: nothing of the old is used.
 */
export class Line {
  readonly #parts: LineParts
  #link: Link | undefined
  #end: ((reply: Reply) => void) | undefined
  #quietUntil: TimeUs | undefined
  #opened = 0
  #lastTrouble: string | undefined
  #closed = false
  #wake: () => void = () => undefined

  constructor(parts: LineParts) {
    this.#parts = parts
  }

  get isOpen(): boolean {
    return this.#link?.port.isOpen === true
  }

  /** Connections so far. */
  get opened(): number {
    return this.#opened
  }

  /** Why the last connection ended that was not ended by us. */
  get lastTrouble(): string | undefined {
    return this.#lastTrouble
  }

  /** Opens the connection unless it is open. Undefined when it is; otherwise why not. */
  async open(pauseAfterConnect: DurationUs): Promise<Trouble | undefined> {
    if (this.isOpen) return undefined
    if (this.#closed) return { ok: false, why: 'connect', detail: 'stopped' }
    const { settings, clock, random } = this.#parts
    this.#link = undefined
    try {
      const stream = await openStream(settings, clock)
      const [high = 0, low = 0] = random.bytes(2)
      const port = new CheckedPort({
        stream,
        framing: settings.transport === 'tcp' ? 'tcp' : 'rtu',
        firstTransaction: high * 256 + low,
      })
      const client = new modbusSerial.default(port)
      const link = { client, port }
      // The library relays errors of the port; ours has none, but one unheard ends the process.
      client.on('error', () => undefined)
      client.open()
      await this.#settle(link, pauseAfterConnect)
      return this.isOpen ? undefined : this.#gone()
    } catch (error) {
      return { ok: false, why: 'connect', detail: errorText(error) }
    }
  }

  /** One question. Never rejects, and takes no longer than `connectWithin` and `timeout` together. */
  async request(ask: Ask): Promise<Reply> {
    if (this.#end !== undefined) throw new Error('two questions at once')
    const link = this.#link
    if (link === undefined || !link.port.isOpen) return this.#gone()
    const { settings, clock } = this.#parts
    const { promise, resolve } = Promise.withResolvers<Reply>()
    this.#end = resolve
    const cancel = clock.after(settings.timeout, () => {
      const detail = `no answer within ${settings.timeout / 1_000_000} s`
      resolve({ ok: false, why: 'timeout', detail })
    })
    read(link.client, ask, resolve)
    const reply = await promise
    cancel()
    this.#end = undefined
    if (!reply.ok && reply.why !== 'exception') this.#drop(reply)
    return reply
  }

  /** Resolves after so long, or when the line is closed. */
  async pause(delay: DurationUs): Promise<void> {
    if (delay <= 0 || this.#closed) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel: CancelTimer = this.#parts.clock.after(delay, resolve)
    this.#wake = resolve
    await promise
    cancel()
  }

  /** No more questions; what is under way ends as `lost`. */
  close(): void {
    this.#closed = true
    this.#wake()
    this.#end?.({ ok: false, why: 'lost', detail: 'stopped' })
    this.#link?.port.destroy()
    this.#link = undefined
  }

  /**
   * What arrives before the first question belongs to an earlier connection: a serial server hands
   * the late answer of a slow unit to whoever is connected. So after a time-out it is let come.
   */
  async #settle(link: Link, pauseAfterConnect: DurationUs): Promise<void> {
    const { clock, settings } = this.#parts
    this.#watch(link)
    if (this.#closed) return link.port.destroy()
    this.#opened += 1
    const left = this.#quietUntil === undefined ? 0 : elapsed(clock.now(), this.#quietUntil)
    // A clock that was set back must not make us wait for hours.
    const quiet = Math.min(left, settings.timeout)
    this.#quietUntil = undefined
    const rest = Math.max(pauseAfterConnect, quiet)
    if (rest > 0) {
      link.port.deaf = quiet > 0
      await this.pause(durationUs(rest))
      link.port.deaf = false
    }
  }

  #watch(link: Link): void {
    this.#link = link
    const ended = (reply: Trouble): void => {
      if (this.#link !== link) return
      this.#end?.(reply)
      this.#drop(reply)
    }
    link.port.once('odd', (why: string) => ended({ ok: false, why: 'odd', detail: why }))
    link.port.once('close', () => {
      ended({ ok: false, why: 'lost', detail: 'the other side closed the connection' })
    })
  }

  #drop(reply: Trouble): void {
    const link = this.#link
    if (link === undefined) return
    this.#link = undefined
    this.#lastTrouble = reply.detail
    const { settings, clock } = this.#parts
    if (reply.why !== 'lost' && settings.transport !== 'tcp') {
      this.#quietUntil = later(clock.now(), settings.timeout)
    }
    link.port.destroy()
  }

  #gone(): Trouble {
    const detail = this.#lastTrouble ?? 'not connected'
    return { ok: false, why: 'lost', detail }
  }
}

function read(client: Client, ask: Ask, resolve: (reply: Reply) => void): void {
  const { unit, functionCode, address, count } = ask
  const done = (
    error: Error | null,
    result: { readonly buffer: Buffer } | undefined,
  ): void => {
    resolve(replyOf(error, result?.buffer, ask))
  }
  // The unit goes with the question: the library's setID is one for all questions.
  switch (functionCode) {
    case 1:
      return client.writeFC1(unit, address, count, done)
    case 2:
      return client.writeFC2(unit, address, count, done)
    case 3:
      return client.writeFC3(unit, address, count, done)
    case 4:
      return client.writeFC4(unit, address, count, done)
  }
}

function replyOf(error: unknown, data: Buffer | undefined, ask: Ask): Reply {
  if (error !== null && error !== undefined) {
    const code =
      typeof error === 'object' && 'modbusCode' in error ? error.modbusCode : undefined
    if (typeof code === 'number') return { ok: false, why: 'exception', code }
    return { ok: false, why: 'odd', detail: errorText(error) }
  }
  if (data?.length !== dataBytes(ask))
    return { ok: false, why: 'odd', detail: 'too few bytes' }
  // A copy: the library's buffer is a window on one that it made for the frame.
  return { ok: true, data: Buffer.from(data) }
}
