import { join } from 'node:path'
import type { Configurations } from './configuration/active.ts'
import { createConfigurations } from './configuration/configurations.ts'
import { keepCurrent, type CurrentConfiguration } from './configuration/current.ts'
import type { Database } from './database/database.ts'
import type { OrganisationId } from './domain/ids.ts'
import type { Alarms } from './alarms/alarms.ts'
import type { CaseService } from './cases/create-cases.ts'
import { startInbox, type Inbox } from './inbox/inbox.ts'
import { createIdentity } from './identity/create-identity.ts'
import type { Identity } from './identity/identity.ts'
import { diskSpace, startLogKeeper, type LogKeeper } from './ingest/log-retention.ts'
import { startProblems, type Problems } from './ingest/problems.ts'
import { startCorruptKeeper } from './ingest/quarantine/corrupt.ts'
import { startReaders, type Readers } from './ingest/readers.ts'
import type { ReadingLog } from './ingest/reading-log.ts'
import { logBytes } from './ingest/sqlite-log/size.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { openPorts, type PortParts, type Ports } from './ports.ts'
import { installationSecret } from './secret.ts'
import { closeRecovered, createWork, startDelivery } from './work.ts'

/** Everything but sockets: the log, its consumers, the database and what lives in it. */
export interface Core extends AsyncDisposable, Ports, Pick<Readers, 'consumers'> {
  readonly configurations: Configurations
  readonly current: CurrentConfiguration
  readonly identity: Identity
  /** Calls `listener` with the user name of each device that gets a new secret. */
  onSecretIssued(listener: (username: string) => void): void
  readonly alarms: Alarms
  readonly cases: CaseService
  readonly problems: Problems
  /** Who speaks on a known connection and is no device. */
  readonly inbox: Inbox
  /** Undefined where nobody looks. */
  readonly lastValues: Readers['lastValues']
  readonly metrics: Metrics
  /** Undefined in a process that is no gateway. */
  readonly logKeeper: LogKeeper | undefined
  /** Resolves when everything in the log now has been handled by every consumer. */
  settled(): Promise<void>
}

/** Opens and starts in order; stops in reverse. */
export async function openCore(parts: PortParts): Promise<Core> {
  const { config, clock, random, logger } = parts
  const does = new Set(config.roles)
  await using starting = new AsyncDisposableStack()
  const secret = await installationSecret(join(config.data, 'secret.key'), random)
  const metrics = createMetrics()
  const ports = await openPorts(parts, starting)
  const { database, log } = ports
  starting.use(startCorruptKeeper({ log, database, clock, logger }))
  const configurations = createConfigurations(database)
  const logKeeper = does.has('gateway')
    ? starting.use(keepLog(parts, log, configurations))
    : undefined
  const current = keepCurrent(configurations)
  const { identity, onSecretIssued } = createOwnIdentity(parts, database, configurations)
  const { alarms, cases } = createWork(parts, { database, current, secret })
  if (does.has('delivery'))
    starting.use(startDelivery(parts, { database, current, secret }))
  const counted = (reason: string): void => metrics.refused.inc({ reason })
  const problems = starting.use(startProblems({ database, clock, logger, counted }))
  const inbox = starting.use(startInbox({ database, clock, logger }))
  const readers = starting.use(
    await startReaders({
      ...ports,
      does,
      configurations,
      alarms,
      problems,
      unknown: (stranger) => inbox.note(stranger),
      clock,
      random,
      logger,
    }),
  )
  followConsumers(metrics, log, readers)
  const { projector } = readers.consumers
  if (projector !== undefined) metrics.followHistory(() => projector.circuit().state)
  if (does.has('engine')) starting.use(closeRecovered(parts, cases))

  const stack = starting.move()
  return {
    ...ports,
    configurations,
    current,
    identity,
    onSecretIssued,
    alarms,
    cases,
    problems,
    inbox,
    lastValues: readers.lastValues,
    metrics,
    logKeeper,
    consumers: readers.consumers,
    async settled() {
      const consumers = Object.values(readers.consumers)
      await Promise.all(consumers.map((consumer) => consumer.settled()))
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

function followConsumers(metrics: Metrics, log: ReadingLog, { consumers }: Readers): void {
  for (const [name, consumer] of Object.entries(consumers)) {
    const done = (): number => consumer.position()?.sequence ?? 0
    metrics.follow(name, () => (log.head()?.sequence ?? 0) - done())
  }
}

/** Keeps the reading log within its bounds. What a JetStream server has room for, it says itself. */
function keepLog(
  { config, clock, logger }: PortParts,
  log: ReadingLog,
  configurations: Configurations,
): LogKeeper {
  const { maxAge, maxBytes } = config.readingLog
  const here = config.nats.url === undefined
  return startLogKeeper({
    log,
    keep: { maxAge, maxBytes },
    fullAt: 2 * maxBytes,
    bytes: async () => (here ? logBytes(join(config.data, 'log.sqlite')) : undefined),
    disk: async () => (here ? diskSpace(config.data) : undefined),
    configurations,
    clock,
    logger,
  })
}

function createOwnIdentity(
  { clock, random }: PortParts,
  database: Database,
  configurations: Configurations,
): Pick<Core, 'identity' | 'onSecretIssued'> {
  const listeners = new Set<(username: string) => void>()
  const identity = createIdentity({
    database,
    clock,
    random,
    topicsOf: topics(configurations),
    secretIssued(username) {
      for (const listener of listeners) listener(username)
    },
  })
  return { identity, onSecretIssued: (listener) => void listeners.add(listener) }
}

function topics(configurations: Configurations) {
  return async (organisation: OrganisationId, device: string): Promise<readonly string[]> =>
    (await configurations.current(organisation))?.topics.get(device) ?? []
}
