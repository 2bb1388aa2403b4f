import type { Adapter, AdapterContext } from './adapters/adapter.ts'
import {
  createExternalMqttAdapter,
  type ExternalMqttAdapter,
} from './adapters/mqtt-external/adapter.ts'
import { deviceFilters, type DeviceFilter } from './adapters/mqtt-external/filters.ts'
import { createMqttAdapter } from './adapters/mqtt/adapter.ts'
import { rememberSubscriptions } from './broker-memory.ts'
import type { Configurations } from './configuration/active.ts'
import type { Core } from './core.ts'
import { deviceTopic } from './devices/topic.ts'
import type { CancelTimer } from './domain/clock.ts'
import type { OrganisationId } from './domain/ids.ts'
import { Problem } from './domain/problem.ts'
import { SECOND } from './domain/time.ts'
import type { PortParts } from './ports.ts'

/** Everything that hears the field. */
export interface Gateway extends AsyncDisposable {
  /** Our own broker; the service is ready when it listens. */
  readonly own: Adapter
  /** Brokers of others, whose absence is theirs. */
  readonly others: readonly Adapter[]
  /** Where devices connect. */
  readonly mqtt: string
  /** Begins to hear; what is behind must work by then. */
  open(): Promise<void>
}

export function createGateway(parts: PortParts, core: Core): Gateway {
  const { config } = parts
  const stack = new AsyncDisposableStack()
  const mqtt = stack.use(createMqttAdapter({ connection: 'mqtt', ...config.mqtt }))
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
  return {
    own: mqtt,
    others: brokers.map(({ adapter }) => adapter),
    get mqtt() {
      const { host, port } = mqtt.address()
      return `mqtt://${host}:${port}`
    },
    async open() {
      await mqtt.start(context(parts, core, mqtt)).catch((error: unknown) => {
        throw portTaken(error, 'MQTT', config.mqtt.port)
      })
      core.onSecretIssued((username) => mqtt.expel(username))
      for (const { adapter } of brokers) await adapter.start(context(parts, core, adapter))
      stack.defer(reloadOnChange(parts, core, brokers))
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

function context(
  { logger, clock, config: { secrets } }: PortParts,
  core: Core,
  { connection }: Adapter,
): AdapterContext {
  // Looking the label up for every message would cost more than the rest of this.
  const durable = core.metrics.messages.labels({ connection })
  return {
    append: async (envelope) => {
      const position = await core.log.append(envelope)
      durable.inc()
      return position
    },
    appendAll: async (envelopes) => {
      await core.log.appendAll(envelopes)
      durable.inc(envelopes.length)
    },
    login: (username, secret) => core.identity.deviceLogin(username, secret),
    refuse: (refusal) => core.problems.note(refusal),
    unknown: ({ organisation, connection: heardOn, identity, sample }) => {
      core.problems.note({
        organisation,
        source: `${heardOn}:${identity}`,
        reason: 'unknown_device',
        detail: `${identity} is no device of ${heardOn}; register it`,
        sample,
      })
    },
    secret: (name) => secrets[name],
    log: logger.child({ adapter: connection }),
    clock,
  }
}

/** What the devices of an organisation speak on. */
async function brokerFilters(
  configurations: Configurations,
  organisation: OrganisationId,
): Promise<readonly DeviceFilter[]> {
  const configuration = await configurations.current(organisation)
  if (configuration === undefined) return []
  return deviceFilters(
    [...configuration.decode.devices].flatMap(([device, { type }]) =>
      type.protocol === 'mqtt'
        ? {
            device,
            pattern: deviceTopic(type, { organisation, device: '+' }),
            topics: configuration.topics.get(device) ?? [],
          }
        : [],
    ),
  )
}

interface Broker {
  readonly organisation: OrganisationId
  readonly adapter: ExternalMqttAdapter
}

/**
 * A version of the configuration may bring new topics. The feed says that something happened, in
 * this process or another; a second later, once for all of it, the brokers ask what they shall hear.
 */
function reloadOnChange(
  { clock, logger }: PortParts,
  { database, configurations }: Core,
  brokers: readonly Broker[],
): () => void {
  const versions = new Map<OrganisationId, number | undefined>()
  const due = new Map<OrganisationId, CancelTimer>()
  async function look(organisation: OrganisationId): Promise<void> {
    due.delete(organisation)
    const version = (await configurations.current(organisation))?.version
    if (versions.get(organisation) === version) return
    versions.set(organisation, version)
    for (const broker of brokers) {
      if (broker.organisation === organisation) await broker.adapter.reload()
    }
  }
  const heard = new Set(brokers.map(({ organisation }) => organisation))
  const stop = database.onFeed((organisation) => {
    if (!heard.has(organisation) || due.has(organisation)) return
    const later = clock.after(SECOND, () => {
      look(organisation).catch((error: unknown) => {
        logger.error({ err: error, organisation }, 'a broker was not told of new topics')
      })
    })
    due.set(organisation, later)
  })
  return () => {
    stop()
    for (const cancel of due.values()) cancel()
  }
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
