import { join } from 'node:path'
import type { Configurations } from './configuration/active.ts'
import { createConfigurations } from './configuration/configurations.ts'
import { keepCurrent, type CurrentConfiguration } from './configuration/current.ts'
import type { Database } from './database/database.ts'
import type { OrganisationId } from './domain/ids.ts'
import type { Alarms } from './alarms/alarms.ts'
import type { Desks } from './annunciation/desks.ts'
import { sealWhatIsOpen, startCaseTime } from './case-time.ts'
import type { CaseWork } from './case-work.ts'
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
import {
  createPartners,
  startPartners,
  type Partners,
  type PartnersParts,
} from './partners.ts'
import { readMailboxes } from './read-mailboxes.ts'
import { openPorts, type PortParts, type Ports } from './ports.ts'
import { recordedPast } from './ingest/recorded-past.ts'
import { installationSecret } from './secret.ts'
import { startTelling } from './telling.ts'
import { createWork, startAlarmTime } from './work.ts'
import { createBacktests, type Backtests } from './workshop/backtest/backtests.ts'

/** Everything but sockets: the log, its consumers, the database and what lives in it. */
export interface Core extends AsyncDisposable, Ports, CaseWork, Pick<Readers, 'consumers'> {
  readonly configurations: Configurations
  readonly current: CurrentConfiguration
  readonly identity: Identity
  /** Calls `listener` with the user name of each device that gets a new secret. */
  onSecretIssued(listener: (username: string) => void): void
  readonly alarms: Alarms
  readonly desks: Desks
  /** Other organisations that speak Open311. */
  readonly partners: Partners
  /** Undefined where there is no history. */
  readonly backtests: Backtests | undefined
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
  const configurations = createConfigurations(database)
  const current = await loadCurrent(configurations)
  const { identity, onSecretIssued } = createOwnIdentity(parts, database, configurations)
  const own = { database, current, configurations, secret }
  const { alarms, caseWork, heard } = createWork(parts, own)
  starting.use(caseWork.photos)
  const inTime = { ...parts, ...own, file: join(config.data, 'gatuvakt.sqlite') }
  if (does.has('engine')) await sealWhatIsOpen(inTime, caseWork.personal)
  const working = { ...ports, ...own, caseWork }
  const telling = startTelling(parts, starting, working)
  const partners = await startOutside(parts, starting, working)
  const keepers = startKeepers(parts, starting, { ...ports, configurations, metrics })
  const readers = starting.use(
    await startReaders({
      ...ports,
      does,
      configurations,
      alarms,
      beat: telling.beat,
      heard,
      problems: keepers.problems,
      unknown: (stranger) => keepers.inbox.note(stranger),
      clock,
      random,
      logger,
    }),
  )
  followConsumers(metrics, log, readers)
  if (does.has('engine')) {
    startAlarmTime(parts, starting, { alarms, readers })
    startCaseTime(inTime, starting, caseWork)
  }
  const stack = starting.move()
  return {
    ...ports,
    configurations,
    current,
    identity,
    onSecretIssued,
    alarms,
    ...caseWork,
    partners,
    desks: telling.desks,
    backtests: backtestsOver({ ...ports, configurations, clock }),
    ...keepers,
    lastValues: readers.lastValues,
    metrics,
    consumers: readers.consumers,
    settled: () => allSettled(readers),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** What is asked inside a transaction cannot be waited for there: it is loaded before anybody works. */
async function loadCurrent(configurations: Configurations): Promise<CurrentConfiguration> {
  const current = keepCurrent(configurations)
  const organisations = await configurations.organisations()
  await Promise.all(organisations.map((one) => current.load(one)))
  return current
}

async function allSettled({ consumers }: Pick<Readers, 'consumers'>): Promise<void> {
  await Promise.all(Object.values(consumers).map((consumer) => consumer.settled()))
}

/** Whoever is talked with outside: partners that speak Open311, and mailboxes that are read. */
async function startOutside(
  parts: PortParts,
  starting: AsyncDisposableStack,
  working: PartnersParts,
): Promise<Partners> {
  const partners = createPartners(parts, working)
  if (!parts.config.roles.includes('delivery')) return partners
  startPartners(parts, starting, partners)
  starting.use(await readMailboxes(parts, working))
  return partners
}

/** Those who keep what does not fit, and keep the log within its bounds. */
function startKeepers(
  parts: PortParts,
  starting: AsyncDisposableStack,
  {
    database,
    log,
    configurations,
    metrics,
  }: Ports & { readonly configurations: Configurations; readonly metrics: Metrics },
): Pick<Core, 'problems' | 'inbox' | 'logKeeper'> {
  const { clock, logger } = parts
  starting.use(startCorruptKeeper({ log, database, clock, logger }))
  const logKeeper = parts.config.roles.includes('gateway')
    ? starting.use(keepLog(parts, log, configurations))
    : undefined
  const counted = (reason: string): void => metrics.refused.inc({ reason })
  const problems = starting.use(startProblems({ database, clock, logger, counted }))
  const inbox = starting.use(startInbox({ database, clock, logger }))
  return { problems, inbox, logKeeper }
}

/** Rules are tried where the history is. */
function backtestsOver({
  store,
  database,
  log,
  configurations,
  clock,
}: Ports & {
  readonly configurations: Configurations
  readonly clock: PortParts['clock']
}): Backtests | undefined {
  if (store === undefined) return undefined
  const past = recordedPast({ database, log, store, configurations })
  return createBacktests({ database, configurations, clock, past })
}

function followConsumers(metrics: Metrics, log: ReadingLog, { consumers }: Readers): void {
  for (const [name, consumer] of Object.entries(consumers)) {
    const done = (): number => consumer.position()?.sequence ?? 0
    metrics.follow(name, () => (log.head()?.sequence ?? 0) - done())
  }
  const { projector } = consumers
  if (projector !== undefined) metrics.followHistory(() => projector.circuit().state)
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
