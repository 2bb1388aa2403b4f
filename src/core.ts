import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Alarms } from './alarms/alarms.ts'
import { createAlarms } from './alarms/create-alarms.ts'
import { createCases, type CaseService } from './cases/create-cases.ts'
import { createCaseRenderers } from './cases/renderers.ts'
import { systemClock } from './clock.ts'
import type { Config } from './config.ts'
import type { Configurations } from './configuration/active.ts'
import { createConfigurations } from './configuration/configurations.ts'
import { keepCurrent, type CurrentConfiguration } from './configuration/current.ts'
import type { Database } from './database/database.ts'
import { openPostgresDatabase } from './database/postgres/open.ts'
import { openSqliteDatabase } from './database/sqlite/open.ts'
import { enqueue } from './delivery/enqueue.ts'
import type { Transport } from './delivery/letter.ts'
import { createFolderTransport, createSmtpTransport } from './delivery/mail.ts'
import { createOutbox } from './delivery/outbox.ts'
import type { Clock, Random } from './domain/clock.ts'
import type { OrganisationId } from './domain/ids.ts'
import { MINUTE } from './domain/time.ts'
import { createIdentity } from './identity/create-identity.ts'
import type { Identity } from './identity/identity.ts'
import type { Consumer } from './ingest/consumer.ts'
import type { LastValues } from './ingest/last-values.ts'
import { startProblems, type Problems } from './ingest/problems.ts'
import { startReaders, type Readers } from './ingest/readers.ts'
import type { ReadingLog } from './ingest/reading-log.ts'
import { openSqliteLog } from './ingest/sqlite-log/open.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { every } from './every.ts'
import { installationSecret } from './secret.ts'
import { openDuckdbStore } from './store/duckdb/open.ts'
import type { ReadingStore } from './store/reading-store.ts'

export interface CoreParts {
  readonly config: Config
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Puts something around a port, for instance a fault that a test of crashes wants there. */
  readonly around?: Around
}

/** Each gets the real port and gives what is used in its place. */
export interface Around {
  readonly log?: (log: ReadingLog) => ReadingLog
  readonly store?: (store: ReadingStore) => ReadingStore
  readonly database?: (database: Database) => Database
  readonly transport?: (transport: Transport) => Transport
}

/** Everything but sockets: the log, its consumers, the database and what lives in it. */
export interface Core extends AsyncDisposable {
  readonly database: Database
  readonly log: ReadingLog
  readonly store: ReadingStore
  readonly configurations: Configurations
  readonly current: CurrentConfiguration
  readonly identity: Identity
  /** Calls `listener` with the user name of each device that gets a new secret. */
  onSecretIssued(listener: (username: string) => void): void
  readonly alarms: Alarms
  readonly cases: CaseService
  readonly problems: Problems
  readonly lastValues: LastValues
  readonly metrics: Metrics
  readonly consumers: Readonly<Record<'projector' | 'detector' | 'live', Consumer>>
  /** Resolves when everything in the log now has been handled by every consumer. */
  settled(): Promise<void>
}

/** Opens and starts in order; stops in reverse. */
export async function openCore(parts: CoreParts): Promise<Core> {
  const { config, clock, random, logger, around = {} } = parts
  await using starting = new AsyncDisposableStack()
  const secret = await installationSecret(join(config.data, 'secret.key'), random)
  const metrics = createMetrics()
  const ownDatabase = starting.use(await openDatabase(parts))
  const database = around.database?.(ownDatabase) ?? ownDatabase
  const ownLog = starting.use(await openLog(parts))
  const log = around.log?.(ownLog) ?? ownLog
  log.onCorrupt((record) =>
    logger.error({ record }, 'a stored message can no longer be read'),
  )
  const ownStore = starting.use(await openStore(parts))
  const store = around.store?.(ownStore) ?? ownStore
  const configurations = createConfigurations(database)
  const current = keepCurrent(configurations)
  const secretListeners = new Set<(username: string) => void>()
  const secretIssued = (username: string): void => {
    for (const listener of secretListeners) listener(username)
  }
  const identity = createIdentity({
    database,
    clock,
    random,
    topicsOf: topics(configurations),
    secretIssued,
  })
  const { alarms, cases } = createWork(parts, { database, current, secret })
  starting.use(startDelivery(parts, { database, current, secret }))
  const counted = (reason: string): void => metrics.refused.inc({ reason })
  const problems = starting.use(startProblems({ database, clock, logger, counted }))
  const behind = { database, log, store, configurations, alarms, problems, clock, logger }
  const readers = starting.use(await startReaders(behind))
  followConsumers(metrics, log, readers)
  starting.use(closeRecovered(parts, cases))

  const stack = starting.move()
  return {
    database,
    log,
    store,
    configurations,
    current,
    identity,
    onSecretIssued: (listener) => void secretListeners.add(listener),
    alarms,
    cases,
    problems,
    lastValues: readers.lastValues,
    metrics,
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

/** Cases that recovered by themselves end once a minute. */
function closeRecovered({ clock, logger }: CoreParts, cases: CaseService): AsyncDisposable {
  const job = async (): Promise<void> => {
    await cases.closeRecovered(clock.now())
  }
  return every(MINUTE, clock, job, (error) => {
    logger.error({ err: error }, 'recovered cases could not be closed')
  })
}

function openLog({ config, clock, random }: CoreParts): Promise<ReadingLog> {
  const { commitWithin, commitRecords, maxBytes } = config.readingLog
  return openSqliteLog({
    file: join(config.data, 'log.sqlite'),
    clock,
    random,
    groupCommit: { maxDelay: commitWithin, maxRecords: commitRecords },
    // Retention keeps it below `maxBytes`; what nobody has read yet may need twice that.
    maxFileBytes: 2 * maxBytes,
  })
}

function openStore({ config }: CoreParts): Promise<ReadingStore> {
  return openDuckdbStore({ file: join(config.data, 'readings.duckdb') })
}

function openDatabase({ config, clock, random }: CoreParts): Promise<Database> {
  const { url } = config.database
  // Its time-outs guard real work on a real disk, whatever clock the service lives by.
  const times = { clock, realTime: systemClock }
  if (url !== undefined) return openPostgresDatabase({ url, random, ...times })
  return openSqliteDatabase({ file: join(config.data, 'gatuvakt.sqlite'), ...times })
}

function topics(configurations: Configurations) {
  return async (organisation: OrganisationId, device: string): Promise<readonly string[]> =>
    (await configurations.current(organisation))?.topics.get(device) ?? []
}

interface WorkParts {
  readonly database: Database
  readonly current: CurrentConfiguration
  readonly secret: Uint8Array
}

/** Alarms and cases know each other only through the effects that one hands the other. */
function createWork(
  { clock, random }: CoreParts,
  { database, current, secret }: WorkParts,
): { readonly alarms: Alarms; readonly cases: CaseService } {
  const cases = createCases({
    database,
    clock,
    random,
    secret,
    catalogue: (organisation) => current.load(organisation),
    catalogueNow: (organisation) => current.loaded(organisation),
    enqueueMail: enqueue,
  })
  const alarms = createAlarms({
    database,
    clock,
    effects: cases.effects,
    ruleFacts: async (organisation, rule) =>
      (await current.load(organisation)).ruleFacts.get(rule),
  })
  return {
    cases,
    alarms: {
      ...alarms,
      // A transaction awaits only the database, so the catalogue is loaded before it begins.
      async take(organisation, transitions, facts) {
        await current.load(organisation)
        await alarms.take(organisation, transitions, facts)
      },
      async openCase(organisation, alarm, actor) {
        await current.load(organisation)
        return await alarms.openCase(organisation, alarm, actor)
      },
    },
  }
}

function startDelivery(
  { config, clock, random, logger, around }: CoreParts,
  { database, current, secret }: WorkParts,
): AsyncDisposable {
  const { url, from } = config.mail
  const ownTransport =
    url === undefined
      ? createFolderTransport({ folder: join(config.data, 'mail'), from })
      : createSmtpTransport({ url, from })
  const transport = around?.transport?.(ownTransport) ?? ownTransport
  const baseUrl = config.http.baseUrl ?? `http://localhost:${config.http.port}`
  const outbox = createOutbox({
    database,
    clock,
    random,
    log: logger,
    transport,
    renderers: createCaseRenderers({
      database,
      baseUrl,
      secret,
      catalogue: (organisation) => current.load(organisation),
    }),
  })
  outbox.start()
  return outbox
}
