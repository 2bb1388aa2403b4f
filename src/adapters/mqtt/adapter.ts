import { createServer, type Server, type Socket } from 'node:net'
import type { Clock } from '../../domain/clock.ts'
import { Problem } from '../../domain/problem.ts'
import type { TimeUs } from '../../domain/time.ts'
import type { Adapter, AdapterContext, Health, HealthState } from '../adapter.ts'
import { openBroker, type Broker } from './broker.ts'
import type { MqttConfig } from './config.ts'
import { Door } from './door.ts'
import { Intake } from './intake.ts'
import type { CertifiedLogin } from './session.ts'
import { createSecureServer, type SecureServer } from './tls.ts'
import { Turnstile } from './turnstile.ts'

export interface MqttAdapter extends Adapter {
  /** Where it listens. Throws before `start` and after disposal. */
  address(): { readonly host: string; readonly port: number }
  /** The same for TLS; undefined when it is not configured. */
  secureAddress(): { readonly host: string; readonly port: number } | undefined
  /** Ends the connections of a user name whose secret no longer holds. */
  expel(username: string): void
}

interface Running {
  readonly server: Server
  readonly secure: SecureServer | undefined
  readonly broker: Broker
  readonly door: Door
  readonly intake: Intake
  readonly turnstile: Turnstile
  readonly clock: Clock
}

/**
 * The embedded MQTT broker (3.1 and 3.1.1), plain and over TLS. `certified` tells whom a certificate
 * names; left out, certificates name nobody. A message with QoS 1 or 2 is acknowledged only after
 * `context.append` resolved. `start` throws Problem unavailable when the port cannot be opened.
 */
export function createMqttAdapter(
  config: MqttConfig,
  certified: CertifiedLogin = () => Promise.resolve(undefined),
): MqttAdapter {
  let state: HealthState = 'connecting'
  let running: Running | undefined
  let wasStarted = false
  let said: { readonly state: HealthState; readonly since: TimeUs } | undefined

  function judge(): Pick<Health, 'state' | 'detail'> {
    if (running === undefined) return { state, detail: 'not listening' }
    const { door, intake } = running
    const detail = `${door.connections} connections, ${intake.pending} messages wait for the log`
    if (intake.failing) {
      return { state: 'degraded', detail: `the reading log refuses messages; ${detail}` }
    }
    if (door.full)
      return { state: 'degraded', detail: `no more connections fit; ${detail}` }
    return { state, detail }
  }

  return {
    connection: config.connection,

    async start(context) {
      if (wasStarted) throw new Error('started twice')
      wasStarted = true
      running = await run(config, context, certified)
      state = 'online'
      const { host, port } = addressOf(running.server)
      context.log.info({ host, port }, 'MQTT broker listens')
    },

    health() {
      const judged = judge()
      if (running !== undefined && said?.state !== judged.state)
        said = { state: judged.state, since: running.clock.now() }
      if (said?.state !== judged.state) return judged
      return { ...judged, since: said.since }
    },

    address() {
      if (running === undefined) throw new Error('the MQTT broker does not listen')
      return addressOf(running.server)
    },

    secureAddress() {
      if (running === undefined) throw new Error('the MQTT broker does not listen')
      return running.secure && addressOf(running.secure.server)
    },

    expel: (username) => running?.door.expel(username),

    async [Symbol.asyncDispose]() {
      const stopping = running
      running = undefined
      state = 'offline'
      if (stopping !== undefined) said = { state, since: stopping.clock.now() }
      if (stopping !== undefined) await stop(stopping, config)
    },
  }
}

async function run(
  config: MqttConfig,
  context: AdapterContext,
  certified: CertifiedLogin,
): Promise<Running> {
  const { log, clock } = context
  const intake = new Intake(context)
  const { pending: messages, pendingBytes: bytes, messagesPerTurn: perTurn } = config.limits
  const turnstile = new Turnstile({ messages, bytes, perTurn }, clock)
  const door = new Door({ config, context, intake, turnstile, certified })
  const broker = await openBroker(door, (error) => log.warn({ err: error }, 'MQTT broker'))
  const connected = (socket: Socket, name?: string): void => {
    const session = door.admit(socket, name)
    if (session !== undefined) broker.serve(session)
  }
  const server = createServer({ noDelay: true, keepAlive: true, pauseOnConnect: false })
  server.on('connection', (socket: Socket) => connected(socket))
  let secure: SecureServer | undefined
  try {
    secure = await openSecure(config, context, connected)
    await listen(server, { host: config.host, port: config.port, setting: 'mqtt.port' })
  } catch (error) {
    secure?.server.close()
    await secure?.[Symbol.asyncDispose]()
    await broker.close()
    throw error
  }
  for (const one of [server, secure?.server])
    one?.on('error', (error) => log.error({ err: error }, 'MQTT server'))
  return { server, secure, broker, door, intake, turnstile, clock }
}

async function openSecure(
  { host, limits, tls }: MqttConfig,
  { clock, log }: AdapterContext,
  connected: (socket: Socket, name?: string) => void,
): Promise<SecureServer | undefined> {
  if (tls === undefined) return undefined
  const secure = await createSecureServer({
    tls,
    limits,
    clock,
    log,
    connected: ({ socket, certified }) => connected(socket, certified),
  }).catch((error: unknown) => {
    throw unusable(error)
  })
  await listen(secure.server, { host, port: tls.port, setting: 'mqtt.tls.port' })
  return secure
}

function unusable(error: unknown): Problem {
  return new Problem(
    {
      kind: 'invalid',
      what: 'The certificate of the MQTT broker cannot be used',
      where: 'mqtt.tls',
      why: error instanceof Error ? error.message : 'unknown',
      next: 'Correct mqtt.tls.certificate, .key and .clientCa: PEM files that the service may read',
    },
    { cause: error },
  )
}

interface Place {
  readonly host: string
  readonly port: number
  readonly setting: string
}

async function listen(server: Server, { host, port, setting }: Place): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen({ host, port }, resolve)
  try {
    await promise
  } catch (error) {
    throw new Problem(
      {
        kind: 'unavailable',
        what: `MQTT cannot listen on ${host}:${port}`,
        where: setting,
        why: error instanceof Error ? error.message : 'unknown',
        next: 'Choose another host or port, or stop what listens there',
      },
      { cause: error },
    )
  }
  server.off('error', reject)
}

/** New messages first, then what is under way, so that every stored message is acknowledged. */
async function stop(running: Running, config: MqttConfig): Promise<void> {
  const { server, secure, broker, door, intake, turnstile, clock } = running
  const { promise: late, resolve: giveUp } = Promise.withResolvers<void>()
  const cancel = clock.after(config.limits.stopWithin, giveUp)
  const closed = Promise.all([server, secure?.server].map((one) => closing(one)))
  await secure?.[Symbol.asyncDispose]()
  turnstile.close()
  await Promise.race([intake.idle().then(() => door.flushed()), late])
  cancel()
  await broker.close()
  door.clear()
  await closed
}

async function closing(server: Server | undefined): Promise<void> {
  if (server === undefined) return
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  await promise
}

function addressOf(server: Server): { readonly host: string; readonly port: number } {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not a TCP server')
  return { host: address.address, port: address.port }
}
