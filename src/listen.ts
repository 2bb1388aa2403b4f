import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Adapter } from './adapters/adapter.ts'
import { createMqttAdapter } from './adapters/mqtt/adapter.ts'
import { socketPath } from './api/local/socket-path.ts'
import type { Readiness } from './api/parts.ts'
import { createServer } from './api/server.ts'
import { readOrganisation } from './cases/organisation.ts'
import { citizenRoutes } from './citizen/routes.ts'
import type { Core, CoreParts } from './core.ts'
import { Problem } from './domain/problem.ts'

export interface ListenParts extends CoreParts {
  readonly core: Core
  readonly local: FastifyInstance
}

export interface Listening extends AsyncDisposable {
  readonly addresses: { readonly http: string; readonly mqtt: string }
}

/** Opens the sockets, the field's last: nothing is heard before everything behind it works. */
export async function listen(parts: ListenParts): Promise<Listening> {
  const { config, core, local } = parts
  await using starting = new AsyncDisposableStack()
  const path = socketPath(config.data)
  // Whoever held the data folder before us is gone: the databases opened.
  await rm(path, { force: true })
  await local.listen({ path })
  const mqtt = starting.use(createMqttAdapter({ connection: 'mqtt', ...config.mqtt }))
  const server = await httpServer(parts, mqtt)
  starting.defer(() => server.close())
  const http = await server
    .listen({ host: config.http.host, port: config.http.port })
    .catch((error: unknown) => {
      throw portTaken(error, 'HTTP', config.http.port)
    })

  await mqtt
    .start({
      append: async (envelope) => {
        const position = await core.log.append(envelope)
        core.metrics.messages.inc({ connection: envelope.connection })
        return position
      },
      login: (username, secret) => core.identity.deviceLogin(username, secret),
      refuse: (refusal) => core.problems.note(refusal),
      log: parts.logger.child({ adapter: 'mqtt' }),
      clock: parts.clock,
    })
    .catch((error: unknown) => {
      throw portTaken(error, 'MQTT', config.mqtt.port)
    })
  core.onSecretIssued((username) => mqtt.expel(username))
  const { host, port } = mqtt.address()
  const stack = starting.move()
  return {
    addresses: {
      http: http.replace('127.0.0.1', 'localhost'),
      mqtt: `mqtt://${host}:${port}`,
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

function httpServer(parts: ListenParts, mqtt: Adapter): ReturnType<typeof createServer> {
  const { config, core, clock, random, logger } = parts
  const folder = join(import.meta.dirname, '..', 'dist', 'console')
  return createServer({
    identity: core.identity,
    alarms: core.alarms,
    cases: core.cases,
    configurations: core.configurations,
    store: core.store,
    lastValues: core.lastValues,
    database: core.database,
    clock,
    random,
    log: logger,
    version: '0.1.0',
    readiness: () => readiness(core, mqtt),
    metrics: core.metrics.registry,
    metricsFrom: config.http.publicMetrics ? 'anywhere' : 'loopback',
    ...(existsSync(folder) && { consoleFolder: folder }),
    citizenPlugin: citizenRoutes({
      cases: core.cases,
      catalogue: (organisation) => core.current.load(organisation),
      organisation: (organisation) => readOrganisation(core.database, organisation),
      clock,
      random,
    }),
    baseUrl: config.http.baseUrl ?? `http://localhost:${config.http.port}`,
    trustProxy: config.http.trustProxy,
  })
}

/** What each part says of itself; the service is ready when all are. */
async function readiness(core: Core, mqtt: Adapter): Promise<Readiness> {
  const database = await core.database.installation.query
    .selectFrom('installation')
    .select('key')
    .limit(1)
    .execute()
    .then(
      () => ({ ready: true, detail: 'answers' }),
      (error: unknown) => ({ ready: false, detail: String(error) }),
    )
  const parts = Object.entries(core.consumers).map(([name, consumer]) => {
    const failure = consumer.failure()
    return { name, ready: failure === undefined, detail: failure ?? 'keeps up' }
  })
  const { state, detail } = mqtt.health()
  const broker = { name: 'mqtt', ready: state === 'online', detail }
  const all = [{ name: 'database', ...database }, ...parts, broker]
  return { ready: all.every(({ ready }) => ready), parts: all }
}

function portTaken(error: unknown, what: string, port: number): unknown {
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
