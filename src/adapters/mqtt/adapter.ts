import { createServer, type Server, type Socket } from 'node:net'
import type { Clock } from '../../domain/clock.ts'
import { Problem } from '../../domain/problem.ts'
import type { Adapter, AdapterContext, HealthState } from '../adapter.ts'
import { openBroker, type Broker } from './broker.ts'
import type { MqttConfig } from './config.ts'
import { Door } from './door.ts'
import { Intake } from './intake.ts'
import { Turnstile } from './turnstile.ts'

export interface MqttAdapter extends Adapter {
  /** Where it listens. Throws before `start` and after disposal. */
  address(): { readonly host: string; readonly port: number }
  /** Ends the connections of a user name whose secret no longer holds. */
  expel(username: string): void
}

interface Running {
  readonly server: Server
  readonly broker: Broker
  readonly door: Door
  readonly intake: Intake
  readonly turnstile: Turnstile
  readonly clock: Clock
}

/**
 * The embedded MQTT broker (3.1 and 3.1.1). A message with QoS 1 or 2 is acknowledged only after
 * `context.append` resolved. `start` throws Problem unavailable when the port cannot be opened.
 */
export function createMqttAdapter(config: MqttConfig): MqttAdapter {
  let state: HealthState = 'connecting'
  let running: Running | undefined

  return {
    connection: config.connection,

    async start(context) {
      if (running !== undefined) throw new Error('started twice')
      running = await run(config, context)
      state = 'online'
      const { host, port } = addressOf(running.server)
      context.log.info({ host, port }, 'MQTT broker listens')
    },

    health() {
      if (running === undefined) return { state, detail: 'not listening' }
      const { door, intake } = running
      const detail = `${door.connections} connections, ${intake.pending} messages wait for the log`
      if (intake.failing) {
        return { state: 'degraded', detail: `the reading log refuses messages; ${detail}` }
      }
      if (door.full)
        return { state: 'degraded', detail: `no more connections fit; ${detail}` }
      return { state, detail }
    },

    address() {
      if (running === undefined) throw new Error('the MQTT broker does not listen')
      return addressOf(running.server)
    },

    expel: (username) => running?.door.expel(username),

    async [Symbol.asyncDispose]() {
      const stopping = running
      running = undefined
      state = 'offline'
      if (stopping !== undefined) await stop(stopping, config)
    },
  }
}

async function run(config: MqttConfig, context: AdapterContext): Promise<Running> {
  const { log, clock } = context
  const intake = new Intake(context)
  const { pending: messages, pendingBytes: bytes, messagesPerTurn: perTurn } = config.limits
  const turnstile = new Turnstile({ messages, bytes, perTurn }, clock)
  const door = new Door({ config, context, intake, turnstile })
  const broker = await openBroker(door, (error) => log.warn({ err: error }, 'MQTT broker'))
  const server = createServer({ noDelay: true, keepAlive: true, pauseOnConnect: false })
  server.on('connection', (socket: Socket) => {
    const session = door.admit(socket)
    if (session !== undefined) broker.serve(session)
  })
  try {
    await listen(server, config)
  } catch (error) {
    await broker.close()
    throw new Problem(
      {
        kind: 'unavailable',
        what: `MQTT cannot listen on ${config.host}:${config.port}`,
        where: 'mqtt.port',
        why: error instanceof Error ? error.message : 'unknown',
        next: 'Choose another host or port, or stop what listens there',
      },
      { cause: error },
    )
  }
  server.on('error', (error) => log.error({ err: error }, 'MQTT server'))
  return { server, broker, door, intake, turnstile, clock }
}

async function listen(server: Server, { host, port }: MqttConfig): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen({ host, port }, resolve)
  await promise
  server.off('error', reject)
}

/** New messages first, then what is under way, so that every stored message is acknowledged. */
async function stop(running: Running, config: MqttConfig): Promise<void> {
  const { server, broker, door, intake, turnstile, clock } = running
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  turnstile.close()
  const { promise: late, resolve: giveUp } = Promise.withResolvers<void>()
  const cancel = clock.after(config.limits.stopWithin, giveUp)
  await Promise.race([intake.idle().then(() => door.flushed()), late])
  cancel()
  await broker.close()
  door.clear()
  await closed
}

function addressOf(server: Server): { readonly host: string; readonly port: number } {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not a TCP server')
  return { host: address.address, port: address.port }
}
