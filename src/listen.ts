import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { socketPath } from './api/local/socket-path.ts'
import type { Readiness } from './api/parts.ts'
import { createServer, createStatusServer } from './api/server.ts'
import { readOrganisation } from './cases/organisation.ts'
import { citizenRoutes } from './citizen/routes.ts'
import type { Core } from './core.ts'
import { createGateway, portTaken } from './gateway/gateway.ts'
import type { PortParts } from './ports.ts'
import { readiness } from './readiness.ts'

export interface ListenParts extends PortParts {
  readonly core: Core
  /** Undefined where no commands are answered. */
  readonly local: FastifyInstance | undefined
}

export interface Listening extends AsyncDisposable {
  /** `mqtt` is empty where nothing hears the field. */
  readonly addresses: { readonly http: string; readonly mqtt: string }
}

/** Opens the sockets, the field's last: nothing is heard before everything behind it works. */
export async function listen(parts: ListenParts): Promise<Listening> {
  const { config, core, local } = parts
  await using starting = new AsyncDisposableStack()
  if (local !== undefined) {
    const path = socketPath(config.data)
    // Whoever held the data folder before us is gone: the databases opened.
    await rm(path, { force: true })
    await local.listen({ path })
  }
  const gateway = config.roles.includes('gateway')
    ? starting.use(createGateway(parts, core))
    : undefined
  const ready = (): Promise<Readiness> =>
    readiness(core, {
      gateway,
      delivers: config.roles.includes('delivery'),
    })
  const server = await httpServer(parts, ready)
  starting.defer(() => server.close())
  const http = await server
    .listen({ host: config.http.host, port: config.http.port })
    .catch((error: unknown) => {
      throw portTaken(error, 'HTTP', config.http.port)
    })
  await gateway?.open()
  const stack = starting.move()
  return {
    addresses: {
      http: http.replace('127.0.0.1', 'localhost'),
      mqtt: gateway?.mqtt ?? '',
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

function httpServer(
  parts: ListenParts,
  ready: () => Promise<Readiness>,
): Promise<FastifyInstance> {
  const { config, core, clock, random, logger } = parts
  const { store, lastValues } = core
  const status = {
    log: logger,
    random,
    version: '0.1.0',
    readiness: ready,
    metrics: core.metrics.registry,
    metricsFrom: config.http.publicMetrics ? 'anywhere' : 'loopback',
  } as const
  // Only the process that has the role `api` has both.
  if (store === undefined || lastValues === undefined) return createStatusServer(status)
  const folder = join(import.meta.dirname, '..', 'dist', 'console')
  return createServer({
    ...status,
    identity: core.identity,
    alarms: core.alarms,
    cases: core.cases,
    configurations: core.configurations,
    store,
    lastValues,
    database: core.database,
    clock,
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
