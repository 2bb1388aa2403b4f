import type { Adapter } from '../adapters/adapter.ts'
import { createExternalMqttAdapter } from '../adapters/mqtt-external/adapter.ts'
import { deviceFilters, type DeviceFilter } from '../adapters/mqtt-external/filters.ts'
import { createMqttAdapter } from '../adapters/mqtt/adapter.ts'
import type { Configurations } from '../configuration/active.ts'
import type { Core } from '../core.ts'
import { deviceTopics } from '../devices/topic.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import type { PortParts } from '../ports.ts'
import { startAcknowledgements } from './acknowledgements.ts'
import { rememberSubscriptions } from './broker-memory.ts'
import { adapterContext } from './context.ts'
import { Field, type ConnectionState } from './field.ts'
import { followConfiguration } from './follow-configuration.ts'
import type { ProtocolParts } from './protocols.ts'

/** Everything that hears the field. */
export interface Gateway extends AsyncDisposable {
  /** Our own broker; the service is ready when it listens. */
  readonly own: Adapter
  /** Brokers of others, whose absence is theirs. */
  readonly others: readonly Adapter[]
  /** Every way to the field: the brokers, and what organisations have configured. */
  connections(): readonly ConnectionState[]
  /** Where devices connect. */
  readonly mqtt: string
  /** Begins to hear; what is behind must work by then. */
  open(): Promise<void>
}

export function createGateway(
  parts: PortParts & Pick<ProtocolParts, 'intake'>,
  core: Core,
): Gateway {
  const { config } = parts
  const stack = new AsyncDisposableStack()
  const mqtt = stack.use(
    createMqttAdapter({ connection: 'mqtt', ...config.mqtt }, (username) =>
      core.identity.certifiedDevice(username),
    ),
  )
  const brokers = Object.entries(config.brokers).map(([connection, broker]) => {
    const adapter = createExternalMqttAdapter({
      connection,
      config: broker,
      random: parts.random,
      filters: () => brokerFilters(core.configurations, broker.organisation),
      remember: rememberSubscriptions(core.database, connection),
    })
    return { organisation: broker.organisation, adapter: stack.use(adapter) }
  })
  const field = stack.use(new Field(parts, core))
  return {
    own: mqtt,
    others: brokers.map(({ adapter }) => adapter),
    connections: () => [
      brokerState(undefined, mqtt),
      ...brokers.map(({ organisation, adapter }) => brokerState(organisation, adapter)),
      ...field.states(),
    ],
    get mqtt() {
      const { host, port } = mqtt.address()
      return `mqtt://${host}:${port}`
    },
    async open() {
      const context = ({ connection }: Adapter) => adapterContext(parts, core, connection)
      await mqtt.start(context(mqtt)).catch((error: unknown) => {
        throw portTaken(error, 'MQTT', config.mqtt.port)
      })
      core.onSecretIssued((username) => mqtt.expel(username))
      for (const { adapter } of brokers) await adapter.start(context(adapter))
      const stop = await followConfiguration(parts, core, async (configuration) => {
        for (const { organisation, adapter } of brokers)
          if (organisation === configuration.organisation) await adapter.reload()
        await field.follow(configuration)
      })
      stack.defer(stop)
      stack.use(tellSources(parts, core, field))
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** Carries what people acknowledge to the sources of alarms that are on a connection here. */
function tellSources(
  { clock, logger }: PortParts,
  { database }: Core,
  field: Field,
): AsyncDisposable {
  return startAcknowledgements({
    database,
    clock,
    logger,
    organisations: () => field.acknowledging(),
    source: (organisation, device) => field.source(organisation, device),
  })
}

/** Devices come to a broker, so it knows none of them one by one. */
function brokerState(
  organisation: OrganisationId | undefined,
  adapter: Adapter,
): ConnectionState {
  const { connection: name } = adapter
  return { organisation, name, protocol: 'mqtt', health: adapter.health(), devices: [] }
}

/** What the devices of an organisation speak on. */
async function brokerFilters(
  configurations: Configurations,
  organisation: OrganisationId,
): Promise<readonly DeviceFilter[]> {
  const configuration = await configurations.current(organisation)
  if (configuration === undefined) return []
  return deviceFilters(
    [...configuration.decode.devices].flatMap(([device, { type }]) => {
      if (type.protocol !== 'mqtt') return []
      const own = configuration.topics.get(device) ?? []
      return deviceTopics(type, { organisation, device: '+' }).map((pattern, at) => ({
        device,
        pattern,
        topics: own.slice(at, at + 1),
      }))
    }),
  )
}

/** Says which flag helps when somebody else has the port. */
export function portTaken(error: unknown, what: string, port: number): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'))
    return error
  return new Problem(
    {
      kind: 'unavailable',
      what: `port ${port} for ${what} is taken`,
      why: 'another program, or another Gatuvakt, listens there',
      next: `stop it, or choose another port with --${what.toLowerCase()}-port`,
    },
    { cause: error },
  )
}
