import type { FieldAdapter, Health } from '../adapters/adapter.ts'
import type { ActiveConfiguration } from '../configuration/active.ts'
import type { Core } from '../core.ts'
import type { Connection } from '../devices/connection.ts'
import type { FieldConnection, FieldDevice } from '../devices/field-device.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { PortParts } from '../ports.ts'
import type { TellSource } from './acknowledgements.ts'
import { adapterContext } from './context.ts'
import { openAdapter, type ProtocolParts } from './protocols.ts'

/** How a connection and everybody on it is. */
export interface ConnectionState {
  /** Undefined for our own broker, which serves everybody. */
  readonly organisation: OrganisationId | undefined
  readonly name: string
  readonly protocol: Connection['protocol'] | 'mqtt'
  readonly health: Health
  readonly devices: readonly {
    readonly id: string
    readonly slug: string
    readonly health: Health
  }[]
}

interface Open {
  readonly organisation: OrganisationId
  /** As they were when the adapter was made; other ones need another adapter. */
  readonly settings: string
  readonly connection: FieldConnection
  readonly adapter: FieldAdapter
}

/** The connections of all organisations: made, changed and ended as the configuration says. */
export class Field implements AsyncDisposable {
  readonly #parts: PortParts & ProtocolParts
  readonly #core: Core
  readonly #open = new Map<string, Open>()
  #stopped = false

  constructor(parts: PortParts & ProtocolParts, core: Core) {
    this.#parts = parts
    this.#core = core
  }

  /**
   * Brings the connections of an organisation in line with a version of its configuration. A
   * connection whose settings are as before stays open and learns who is on it now. Rejects when a
   * new one with `startup: error` cannot be opened; the others are in line then all the same.
   */
  async follow({ organisation, connections }: ActiveConfiguration): Promise<void> {
    const wanted = new Map(connections.map((one) => [keyOf(organisation, one.name), one]))
    for (const [key, open] of this.#open) {
      if (open.organisation !== organisation || wanted.has(key)) continue
      this.#open.delete(key)
      await open.adapter[Symbol.asyncDispose]()
    }
    const tries = await Promise.allSettled(
      [...wanted].map(([key, one]) => this.#put(key, organisation, one)),
    )
    const refused = tries.find((one) => one.status === 'rejected')
    if (refused !== undefined) throw refused.reason
  }

  states(): readonly ConnectionState[] {
    return [...this.#open.values()].map(({ organisation, connection, adapter }) => {
      const healths = adapter.devices()
      const { name, settings, devices } = connection
      return {
        organisation,
        name,
        protocol: settings.protocol,
        health: adapter.health(),
        devices: devices.flatMap(({ id, slug }: FieldDevice) => {
          const health = healths.get(id)
          return health === undefined ? [] : [{ id, slug, health }]
        }),
      }
    })
  }

  /** Organisations with a connection that can tell its sources of an acknowledgement. */
  acknowledging(): ReadonlySet<OrganisationId> {
    return new Set(
      [...this.#open.values()]
        .filter(({ adapter }) => adapter.acknowledgeAlarm !== undefined)
        .map(({ organisation }) => organisation),
    )
  }

  /** How the source of a device's alarms is told; undefined when it is not on a connection here that can. */
  source(organisation: OrganisationId, device: string): TellSource | undefined {
    for (const { organisation: whose, connection, adapter } of this.#open.values()) {
      if (whose !== organisation || adapter.acknowledgeAlarm === undefined) continue
      if (!connection.devices.some(({ id }) => id === device)) continue
      return (taken) => adapter.acknowledgeAlarm?.(taken) ?? Promise.resolve()
    }
    return undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    const open = [...this.#open.values()]
    this.#open.clear()
    await Promise.all(open.map(({ adapter }) => adapter[Symbol.asyncDispose]()))
  }

  async #put(
    key: string,
    organisation: OrganisationId,
    connection: FieldConnection,
  ): Promise<void> {
    const settings = settingsOf(connection)
    const known = this.#open.get(key)
    if (known?.settings === settings) {
      this.#open.set(key, { ...known, connection })
      return known.adapter.reload(connection.devices)
    }
    // A line has room for one of us. Who sends to us must never find the door shut.
    const isOurs = connection.settings.protocol !== 'http'
    this.#open.delete(key)
    if (isOurs) await known?.adapter[Symbol.asyncDispose]()
    await this.#start(key, organisation, connection)
    if (!isOurs) await known?.adapter[Symbol.asyncDispose]()
  }

  async #start(
    key: string,
    organisation: OrganisationId,
    connection: FieldConnection,
  ): Promise<void> {
    if (this.#stopped) return
    const adapter = await openAdapter(this.#parts, organisation, connection)
    const settings = settingsOf(connection)
    this.#open.set(key, { organisation, settings, connection, adapter })
    try {
      await adapter.start(adapterContext(this.#parts, this.#core, connection.name))
    } catch (error) {
      // What could not be started is tried anew with the next version.
      this.#open.delete(key)
      await adapter[Symbol.asyncDispose]()
      throw error
    }
  }
}

function keyOf(organisation: OrganisationId, name: string): string {
  return `${organisation}/${name}`
}

function settingsOf({ settings }: FieldConnection): string {
  return JSON.stringify(settings)
}
