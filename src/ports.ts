import { join } from 'node:path'
import type { Logger } from 'pino'
import { systemClock } from './clock.ts'
import type { Config } from './config.ts'
import type { Database } from './database/database.ts'
import type { Transport } from './delivery/letter.ts'
import type { Clock, Random } from './domain/clock.ts'
import { projectorCursor } from './ingest/projector/saved-cursor.ts'
import type { ReadingLog } from './ingest/reading-log.ts'
import type { ReadingStore } from './store/reading-store.ts'

export interface PortParts {
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
  /** Hears the SQL of every statement before it goes to the embedded database's writer, migrations included. */
  readonly statement?: (sql: string) => void
}

/** What the service stands on: each of them is one of several implementations. */
export interface Ports {
  readonly database: Database
  readonly log: ReadingLog
  /** Undefined where nobody in this process writes or reads history. */
  readonly store: ReadingStore | undefined
}

/** Opens them in order; `starting` closes them in reverse. What is not used is not even loaded. */
export async function openPorts(
  parts: PortParts,
  starting: AsyncDisposableStack,
): Promise<Ports> {
  const { config, around = {} } = parts
  const database = starting.use(await openDatabase(parts))
  const log = starting.use(await openLog(parts))
  const needsStore = config.roles.some((role) => role === 'projector' || role === 'api')
  const store = needsStore ? starting.use(await openStore(parts, database)) : undefined
  return {
    database: around.database?.(database) ?? database,
    log: around.log?.(log) ?? log,
    store: store && (around.store?.(store) ?? store),
  }
}

async function openLog({ config, clock, random, logger }: PortParts): Promise<ReadingLog> {
  const { commitWithin, commitRecords, maxBytes, durability } = config.readingLog
  const { url, monitorUrl, ...nats } = config.nats
  const groupCommit = { maxDelay: commitWithin, maxRecords: commitRecords }
  // Retention keeps it below `maxBytes`; what nobody has read yet may need twice that.
  const most = 2 * maxBytes
  if (url === undefined) {
    const { openSqliteLog } = await import('./ingest/sqlite-log/open.ts')
    const file = join(config.data, 'log.sqlite')
    return openSqliteLog({ file, clock, random, groupCommit, maxFileBytes: most })
  }
  const { openJetStreamLog } = await import('./ingest/jetstream-log/open.ts')
  return openJetStreamLog({
    ...nats,
    url,
    monitorUrls: monitorUrl,
    durability,
    maxBytes: most,
    groupCommit,
    clock: systemClock,
    random,
    logger,
  })
}

async function openStore(
  { config, clock }: PortParts,
  database: Database,
): Promise<ReadingStore> {
  const cursors = projectorCursor(database, clock)
  switch (config.readingStore.kind) {
    case 'duckdb': {
      const { openDuckdbStore } = await import('./store/duckdb/open.ts')
      return openDuckdbStore({ file: join(config.data, 'readings.duckdb') })
    }
    case 'influx1': {
      const { openInflux1Store } = await import('./store/influx1/open.ts')
      const { username, password, ...address } = config.readingStore
      return openInflux1Store({
        ...address,
        ...(username !== undefined && { username }),
        ...(password !== undefined && { password }),
        cursors,
        clock: systemClock,
      })
    }
    case 'influx2': {
      const { openInflux2Store } = await import('./store/influx2/open.ts')
      return openInflux2Store({ ...config.readingStore, cursors, clock: systemClock })
    }
  }
}

async function openDatabase(parts: PortParts): Promise<Database> {
  const { config, clock, random, around } = parts
  const { url } = config.database
  // Its time-outs guard real work on a real disk, whatever clock the service lives by.
  const times = { clock, realTime: systemClock }
  if (url !== undefined) {
    const { openPostgresDatabase } = await import('./database/postgres/open.ts')
    return openPostgresDatabase({ url, random, ...times })
  }
  const { openSqliteDatabase } = await import('./database/sqlite/open.ts')
  const file = join(config.data, 'gatuvakt.sqlite')
  return openSqliteDatabase({ file, hear: around?.statement, ...times })
}
