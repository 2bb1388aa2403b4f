import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { createHttpIntake } from './adapters/http/intake.ts'
import { socketPath } from './api/local/socket-path.ts'
import type { Readiness } from './api/parts.ts'
import { createServer, createStatusServer } from './api/server.ts'
import { readOrganisation } from './cases/organisation.ts'
import { citizenRoutes } from './citizen/routes.ts'
import { createSentBefore } from './citizen/sent-before.ts'
import { createShown } from './citizen/shown.ts'
import type { Core } from './core.ts'
import type { Clock } from './domain/clock.ts'
import type { OrganisationId } from './domain/ids.ts'
import { durationUs, SECOND } from './domain/time.ts'
import type { ConnectionState } from './gateway/field.ts'
import { createGateway, portTaken } from './gateway/gateway.ts'
import { open311Prefix } from './open311/plugin.ts'
import type { PortParts } from './ports.ts'
import { readiness } from './readiness.ts'
import { lastMessage } from './workshop/last-message.ts'

const closeWithin = durationUs(5 * SECOND)

export interface ListenParts extends PortParts {
  readonly core: Core
  /** Undefined where no commands are answered. */
  readonly local: FastifyInstance | undefined
  readonly activate: (organisation: OrganisationId) => Promise<void>
}

export interface Listening extends AsyncDisposable {
  /** `mqtt` is empty where nothing hears the field. */
  readonly addresses: { readonly http: string; readonly mqtt: string }
  /** How the connections are that this process goes to. */
  connections(): readonly ConnectionState[]
}

/** Opens the sockets, the field's last: nothing is heard before everything behind it works. */
export async function listen(parts: ListenParts): Promise<Listening> {
  const { config, core, local, clock } = parts
  await using starting = new AsyncDisposableStack()
  if (local !== undefined) {
    const path = socketPath(config.data)
    // Whoever held the data folder before us is gone: the databases opened.
    await rm(path, { force: true })
    await local.listen({ path })
  }
  const intake = createHttpIntake({
    clock,
    login: (shown) => core.identity.sourceLogin(shown),
  })
  const gateway = config.roles.includes('gateway')
    ? starting.use(createGateway({ ...parts, intake }, core))
    : undefined
  const ready = (): Promise<Readiness> =>
    readiness(core, {
      gateway,
      delivers: config.roles.includes('delivery'),
    })
  const connections = (): readonly ConnectionState[] => gateway?.connections() ?? []
  const server = await httpServer(parts, {
    ready,
    connections,
    ...(gateway !== undefined && { intakePlugin: intake.plugin }),
  })
  starting.defer(() => closeInTime(server, clock))
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
    connections,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** An upload that never ends would hold up the stop until its time-out. */
async function closeInTime(server: FastifyInstance, clock: Clock): Promise<void> {
  const cancel = clock.after(closeWithin, () => server.server.closeAllConnections())
  await server.close()
  cancel()
}

function httpServer(
  parts: ListenParts,
  {
    ready,
    connections,
    ...heard
  }: {
    readonly ready: () => Promise<Readiness>
    readonly connections: () => readonly ConnectionState[]
    readonly intakePlugin?: FastifyPluginAsync
  },
): Promise<FastifyInstance> {
  const { config, core, clock, random, logger, activate } = parts
  const { store, lastValues, log } = core
  const status = {
    ...heard,
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
    notices: core.notices,
    feedback: core.feedback,
    photos: core.photos,
    privacy: core.privacy,
    personal: core.personal,
    assignments: core.assignments,
    contractors: core.contractors,
    orders: core.orders,
    open311: { plugin: core.partners.plugin, prefix: open311Prefix },
    forward: core.partners.forward,
    desks: core.desks,
    ...(core.backtests !== undefined && { backtests: core.backtests }),
    configurations: core.configurations,
    store,
    lastValues,
    database: core.database,
    connections,
    activate,
    lastMessage: (organisation, device) => lastMessage(log, organisation, device),
    clock,
    ...(existsSync(folder) && { consoleFolder: folder }),
    citizenPlugin: citizenPages(parts),
    baseUrl: config.http.baseUrl ?? `http://localhost:${config.http.port}`,
    trustProxy: config.http.trustProxy,
  })
}

/** The pages for citizens, over what this process has. */
function citizenPages({ core, clock, random }: ListenParts) {
  return citizenRoutes({
    cases: core.cases,
    feedback: core.feedback,
    catalogue: (organisation) => core.current.load(organisation),
    organisation: (organisation) => readOrganisation(core.database, organisation),
    notices: core.notices,
    photos: core.photos,
    shown: createShown(core),
    sentBefore: createSentBefore(core),
    clock,
    random,
  })
}
