import type { FieldDevice } from '../../devices/field-device.ts'
import type { OpcuaConnection } from '../../devices/opcua/connection.ts'
import type { Random } from '../../domain/clock.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import { Problem } from '../../domain/problem.ts'
import type { DurationUs } from '../../domain/time.ts'
import type { AdapterContext, Health } from '../adapter.ts'
import { retryDelay } from './back-off.ts'
import { within } from './deadline.ts'
import { dial, hangUp, Refused, textOf } from './dial.ts'
import { OpcuaHealth } from './health.ts'
import { ownIdentity } from './identity.ts'
import { Intake } from './intake.ts'
import { loadOpcua } from './library.ts'
import { Link } from './link.ts'
import type { Memory } from './memory.ts'

export interface OpcuaParts {
  /** Name of the connection, as envelopes carry it. */
  readonly connection: string
  readonly organisation: OrganisationId
  readonly config: OpcuaConnection
  readonly devices: readonly FieldDevice[]
  /** Where our application certificate is kept; one folder for all connections of a deployment. */
  readonly folder: string
  readonly random: Random
}

/** How an attempt or a session ended. */
interface Ending {
  readonly why: string
  readonly pace: 'soon' | 'slow'
  readonly wasOpen: boolean
}

/** Keeps one session with the server: dials, waits after a failure, dials again. */
export class Supervisor {
  readonly #parts: OpcuaParts
  readonly #context: AdapterContext
  readonly #intake: Intake
  readonly #health: OpcuaHealth
  readonly #memory: Memory = new Map()
  #devices: readonly FieldDevice[]
  #link: Link | undefined
  #failures = 0
  #lastWhy = 'there was no session'
  #stopping = false
  #running: Promise<void> = Promise.resolve()
  #wake: () => void = () => undefined

  constructor(parts: OpcuaParts, context: AdapterContext) {
    this.#parts = parts
    this.#context = context
    this.#devices = parts.devices
    const { connection, organisation } = parts
    this.#intake = new Intake({ connection, organisation, context })
    this.#health = new OpcuaHealth(context.clock, this.#intake)
  }

  /** Resolves as the startup policy says; rejects only with `error`, when the server is not there. */
  async start(): Promise<void> {
    const { startup, endpoint } = this.#parts.config
    const first = Promise.withResolvers<Ending | undefined>()
    this.#running = this.#run(first.resolve)
    if (startup !== 'error') return
    const ending = await first.promise
    if (ending === undefined) return
    await this.stop()
    throw new Problem({
      kind: 'unavailable',
      what: `The connection ${this.#parts.connection} to ${endpoint} does not come about`,
      why: ending.why,
      next: 'Mend it, or set startup: retry so that the service starts without it',
    })
  }

  health(): Health {
    return this.#health.report()
  }

  devices(): ReadonlyMap<string, Health> {
    return this.#health.devices(this.#devices)
  }

  get link(): Link | undefined {
    return this.#link
  }

  async reload(devices: readonly FieldDevice[]): Promise<void> {
    this.#devices = devices
    const ids = new Set(devices.map(({ id }) => id))
    for (const id of this.#memory.keys()) if (!ids.has(id)) this.#memory.delete(id)
    // What fails here ends the session, and the next one begins with these devices.
    await this.#link?.follow(devices).catch((error: unknown) => {
      this.#context.log.warn({ err: error }, 'devices could not be changed in this session')
    })
  }

  /** What is under way is stored, within bounds; what is not acknowledged the server drops. */
  async stop(): Promise<void> {
    const { clock } = this.#context
    this.#stopping = true
    this.#wake()
    const link = this.#link
    const after = this.#parts.config.limits.stopWithin
    const closing = async (): Promise<void> => {
      await link?.close('stopped')
      await this.#intake.room(1)
      await this.#running
    }
    try {
      await within(closing(), { clock, after, what: 'the end' })
    } catch (error) {
      this.#context.log.warn({ err: error }, 'stopped before everything was stored')
    } finally {
      this.#intake.stop()
      this.#health.ended('stopped')
    }
  }

  async #run(first: (ending: Ending | undefined) => void): Promise<void> {
    const { config, random } = this.#parts
    const { log } = this.#context
    while (!this.#stopping) {
      this.#health.connecting()
      const ending = await this.#attempt(() => first(undefined))
      if (this.#stopping) return
      this.#lastWhy = ending.why
      this.#health.ended(ending.why)
      log.warn({ why: ending.why }, 'no session with the OPC UA server')
      first(ending)
      if (!ending.wasOpen && this.#failures === 0 && config.startup === 'ignore') {
        this.#health.ended(`${ending.why}; given up at the start (startup: ignore)`)
        return
      }
      this.#failures = ending.wasOpen ? 1 : this.#failures + 1
      const retry = { pace: ending.pace, failures: this.#failures }
      await this.#pause(retryDelay(retry, config.limits, random))
    }
  }

  /** One session from the first byte to the last, or why there was none. */
  async #attempt(opened: () => void): Promise<Ending> {
    const { config } = this.#parts
    const context = this.#context
    let link: Link | undefined
    try {
      const { opcua, dialled } = await this.#dial()
      if (this.#stopping) {
        await hangUp(dialled.client, context.clock)
        return { why: 'stopped', pace: 'soon', wasOpen: false }
      }
      link = new Link({
        opcua,
        dialled,
        settings: config,
        intake: this.#intake,
        context,
        memory: this.#memory,
        gapWhy: this.#lastWhy,
      })
      this.#link = link
      await Promise.race([link.open(this.#devices), link.ended.then(fail)])
    } catch (error) {
      this.#link = undefined
      const why = textOf(error)
      await link?.close(why)
      return { why, pace: error instanceof Refused ? error.pace : 'soon', wasOpen: false }
    }
    this.#health.opened(link)
    this.#failures = Math.max(this.#failures, 1)
    opened()
    const why = await link.ended
    this.#link = undefined
    await link.close(why)
    return { why, pace: 'soon', wasOpen: true }
  }

  async #dial() {
    const { config, folder, random } = this.#parts
    const opcua = await loadOpcua()
    const { clock } = this.#context
    const identity = await ownIdentity(folder, { opcua, random, clock })
    const secret = config.password?.secret
    const password = secret === undefined ? undefined : this.#context.secret(secret)
    if (secret !== undefined && password === undefined) {
      throw new Refused(
        `the secret ${secret} of this connection is not among the secrets of the process: set secrets.${secret}`,
        'slow',
      )
    }
    const dialled = await dial({ opcua, settings: config, identity, password, clock })
    return { opcua, dialled }
  }

  async #pause(wait: DurationUs): Promise<void> {
    if (this.#stopping) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.#context.clock.after(wait, resolve)
    this.#wake = resolve
    await promise
    cancel()
  }
}

function fail(why: string): never {
  throw new Error(why)
}
