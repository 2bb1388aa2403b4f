import type { Adapter, AdapterContext } from './adapters/adapter.ts'
import { createMqttAdapter } from './adapters/mqtt/adapter.ts'
import type { Core } from './core.ts'
import { Problem } from './domain/problem.ts'
import type { PortParts } from './ports.ts'

/** Everything that hears the field. */
export interface Gateway extends AsyncDisposable {
  readonly adapters: readonly Adapter[]
  /** Where devices connect. */
  readonly mqtt: string
  /** Begins to hear; what is behind must work by then. */
  open(): Promise<void>
}

export function createGateway(parts: PortParts, core: Core): Gateway {
  const { config } = parts
  const mqtt = createMqttAdapter({ connection: 'mqtt', ...config.mqtt })
  return {
    adapters: [mqtt],
    get mqtt() {
      const { host, port } = mqtt.address()
      return `mqtt://${host}:${port}`
    },
    async open() {
      await mqtt.start(context(parts, core, 'mqtt')).catch((error: unknown) => {
        throw portTaken(error, 'MQTT', config.mqtt.port)
      })
      core.onSecretIssued((username) => mqtt.expel(username))
    },
    [Symbol.asyncDispose]: () => mqtt[Symbol.asyncDispose](),
  }
}

function context({ logger, clock }: PortParts, core: Core, name: string): AdapterContext {
  return {
    append: async (envelope) => {
      const position = await core.log.append(envelope)
      core.metrics.messages.inc({ connection: envelope.connection })
      return position
    },
    login: (username, secret) => core.identity.deviceLogin(username, secret),
    refuse: (refusal) => core.problems.note(refusal),
    log: logger.child({ adapter: name }),
    clock,
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
