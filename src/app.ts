import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { refuseHalfRestored } from './backup/restore-backup.ts'
import { openCore, type Core } from './core.ts'
import type { PortParts } from './ports.ts'
import { listen, type Listening } from './listen.ts'
import { createLocalServer } from './api/local/server.ts'
import { activateWaiting } from './ingest/activation.ts'
import { readHold, type Hold } from './delivery/hold.ts'
import type { Clock } from './domain/clock.ts'
import type { OrganisationId } from './domain/ids.ts'

export interface AppParts extends PortParts {
  /** False: the parts work, but nobody can reach them but the local commands. */
  readonly listen: boolean
  /** Injects a fault into a simulated town, where one runs. */
  readonly town?: () => ((fault: string) => void) | undefined
}

/** The running service. Disposal stops it in reverse order of starting. */
export interface App
  extends AsyncDisposable, Pick<Core, 'configurations' | 'database' | 'identity'> {
  /** Routes of the commands at the machine itself; undefined in a process without the role `api`. */
  readonly local: FastifyInstance | undefined
  /** Empty texts where nothing listens. */
  readonly addresses: { readonly http: string; readonly mqtt: string }
  /** Resolves with the reason when the service cannot go on. */
  readonly failed: Promise<Error>
  readonly clock: Clock
  readonly logger: Logger
  /** Why deliveries are held, where they are: after a restore, until somebody releases them. */
  held(): Promise<Hold | undefined>
  /** Puts applied versions of a configuration into force. */
  activate(organisation: OrganisationId): Promise<void>
  /** Resolves when everything that is in the log now has reached history, alarms and live values. */
  settled(): Promise<void>
}

/** The only place that starts every part; if one fails to start, those before it are stopped. */
export async function startApp(parts: AppParts): Promise<App> {
  const { config, clock, logger } = parts
  refuseHalfRestored(config.data)
  await using starting = new AsyncDisposableStack()
  await mkdir(join(config.data, 'mail'), { recursive: true, mode: 0o700 })
  const core = starting.use(await openCore(parts))
  const { database, log, configurations, identity } = core
  const activate = (organisation: OrganisationId): Promise<void> =>
    activateWaiting({ database, log, clock }, organisation)
  if (config.roles.includes('engine')) {
    for (const organisation of await configurations.organisations())
      await activate(organisation)
  }

  let listening: Listening | undefined
  const { store } = core
  const local =
    store === undefined || !config.roles.includes('api')
      ? undefined
      : await createLocalServer({
          database,
          configurations,
          identity,
          log,
          store,
          consumers: core.consumers,
          logRoom: () => core.logKeeper?.room(),
          activate,
          clock,
          connections: () => listening?.connections() ?? [],
          baseUrl: () =>
            config.http.baseUrl ?? listening?.addresses.http ?? 'http://localhost:8080',
          privacy: core.privacy,
          assignments: core.assignments,
          clientKeys: core.partners.keys,
          forward: core.partners.forward,
          desks: core.desks,
          ...(core.backtests !== undefined && { backtests: core.backtests }),
          town: parts.town ?? (() => undefined),
        })
  starting.defer(() => local?.close())
  if (parts.listen)
    listening = starting.use(await listen({ ...parts, core, local, activate }))

  const stack = starting.move()
  return {
    database,
    configurations,
    identity,
    local,
    addresses: listening?.addresses ?? { http: '', mqtt: '' },
    failed: log.broken,
    clock,
    logger,
    held: () => readHold(database),
    activate,
    settled: () => core.settled(),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
