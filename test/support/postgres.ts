import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import pg from 'pg'
import { systemClock } from '../../src/clock.ts'
import { openPostgresDatabase } from '../../src/database/postgres/open.ts'
import { systemRandom } from '../../src/random.ts'
import { addressIn, localPrograms, startCluster, stopCluster } from './postgres-cluster.ts'
import type { Service } from './services.ts'
import { madeOnce, sharedPostgres } from './shared.ts'
import { temporaryFolder } from './temporary.ts'

const run = promisify(execFile)
const template = 'gatuvakt_template'
const image = 'postgres:17-alpine'

export interface PostgresServer extends AsyncDisposable {
  /** A database of its own with all tables and no rows; answers with its address. */
  createDatabase(): Promise<string>
  /** The address of an empty database without tables. */
  createEmptyDatabase(): Promise<string>
  /** Takes every row out of a database that nobody uses any more: quicker than a new one. */
  clearDatabase(url: string): Promise<void>
}

/** A server that nobody else uses. */
export interface OwnPostgresServer extends PostgresServer {
  /** Runs SQL as the owner of the server, for instance to break connections. */
  administer(sql: string): Promise<Record<string, unknown>[]>
}

/**
 * A PostgreSQL from local programs, or else from a container engine. From local programs it is one
 * for all test files of a run, and ends with the run.
 */
export async function findPostgres(): Promise<Service<PostgresServer>> {
  const bin = localPrograms()
  return bin === undefined
    ? findContainer()
    : { kind: 'there', start: () => joinShared(bin) }
}

/** The same, for those who change settings of the server or break connections of others. */
export async function findOwnPostgres(): Promise<Service<OwnPostgresServer>> {
  const bin = localPrograms()
  return bin === undefined ? findContainer() : { kind: 'there', start: () => startOwn(bin) }
}

async function findContainer(): Promise<Service<OwnPostgresServer>> {
  try {
    await run('docker', ['info'], { timeout: 10_000 })
    return { kind: 'there', start: startContainer }
  } catch {
    const why = 'no initdb and pg_ctl were found, and no container engine answers'
    return { kind: 'missing', why }
  }
}

async function joinShared(bin: string): Promise<PostgresServer> {
  const folder = await madeOnce(sharedPostgres, (empty) => startWithTemplate(bin, empty))
  if (folder === undefined) return startOwn(bin)
  return databasesAt(addressIn(folder))
}

async function startOwn(bin: string): Promise<OwnPostgresServer> {
  await using starting = new AsyncDisposableStack()
  const folder = starting.use(await temporaryFolder())
  await startWithTemplate(bin, folder.path)
  starting.defer(() => stopCluster(bin, folder.path))
  const server = starting.use(databasesAt(addressIn(folder.path)))
  const all = starting.move()
  return { ...server, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

async function startWithTemplate(bin: string, folder: string): Promise<void> {
  await startCluster(bin, folder)
  try {
    await makeTemplate(addressIn(folder))
  } catch (error) {
    await stopCluster(bin, folder)
    throw error
  }
}

type Address = ReturnType<typeof addressIn>

async function startContainer(): Promise<OwnPostgresServer> {
  // It brings half a container engine along: loaded where it is used.
  const { GenericContainer, Wait } = await import('testcontainers')
  const container = await new GenericContainer(image)
    .withEnvironment({ POSTGRES_HOST_AUTH_METHOD: 'trust' })
    .withExposedPorts(5432)
    // Once for the set-up server, once for the real one.
    .withWaitStrategy(Wait.forLogMessage(/ready to accept connections/, 2))
    .start()
  const place = `${container.getHost()}:${container.getMappedPort(5432)}`
  const address: Address = (database) => `postgres://postgres@${place}/${database}`
  await makeTemplate(address)
  const server = databasesAt(address)
  return {
    ...server,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      await container.stop()
    },
  }
}

/** One migrated database, which is copied for every suite. */
async function makeTemplate(address: Address): Promise<void> {
  await administer(address('postgres'), `create database ${template}`)
  const url = address(template)
  const parts = { url, clock: systemClock, random: systemRandom }
  const migrated = await openPostgresDatabase(parts)
  await migrated[Symbol.asyncDispose]()
}

/** As it was when it was made; what was migrated stays known. Keys between tables do not matter here. */
const clear = `
  do $$ declare one text; begin
    set local session_replication_role = replica;
    set local synchronous_commit = off;
    for one in select quote_ident(tablename) from pg_tables
      where schemaname = 'public' and tablename not like 'kysely%'
    loop execute 'delete from ' || one; end loop;
    for one in select quote_ident(sequencename) from pg_sequences
      where schemaname = 'public'
    loop perform setval(one::regclass, 1, false); end loop;
  end $$`

async function administer(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql)
    return rows
  } finally {
    await client.end()
  }
}

/** The databases of a server; when it is disposed the server stays. */
function databasesAt(address: Address): OwnPostgresServer {
  // A connection that has seen the tables clears them six times as fast as a new one.
  const sweepers = new Map<string, pg.Client>()
  const sweeper = async (url: string): Promise<pg.Client> => {
    const there = sweepers.get(url)
    if (there !== undefined) return there
    const made = new pg.Client({ connectionString: url })
    // The server may end first.
    made.on('error', () => sweepers.delete(url))
    await made.connect()
    sweepers.set(url, made)
    return made
  }
  const create = async (from: string) => {
    // Suites in other processes make theirs on the same server.
    const name = `suite_${randomUUID().replaceAll('-', '')}`
    await administer(address('postgres'), `create database ${name} template ${from}`)
    return address(name)
  }
  return {
    createDatabase: () => create(template),
    createEmptyDatabase: () => create('template0'),
    clearDatabase: async (url) => {
      await (await sweeper(url)).query(clear)
    },
    administer: (sql) => administer(address('postgres'), sql),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...sweepers.values()].map((client) => client.end()))
      sweepers.clear()
    },
  }
}
