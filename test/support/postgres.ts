import { execFile } from 'node:child_process'
import { chmod, chown, mkdir } from 'node:fs/promises'
import { existsSync, globSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { GenericContainer, Wait } from 'testcontainers'
import { systemClock } from '../../src/clock.ts'
import { openPostgresDatabase } from '../../src/database/postgres/open.ts'
import { systemRandom } from '../../src/random.ts'
import type { Service } from './services.ts'
import { temporaryFolder } from './temporary.ts'

const run = promisify(execFile)
const template = 'gatuvakt_template'
const image = 'postgres:17-alpine'

export interface PostgresServer extends AsyncDisposable {
  /** A database of its own with all tables and no rows; answers with its address. */
  createDatabase(): Promise<string>
  /** The address of an empty database without tables. */
  createEmptyDatabase(): Promise<string>
  /** Runs SQL as the owner of the server, for instance to break connections. */
  administer(sql: string): Promise<Record<string, unknown>[]>
}

/** A PostgreSQL from local programs, or else from a container engine. */
export async function findPostgres(): Promise<Service<PostgresServer>> {
  const bin = localPrograms()
  if (bin !== undefined) return { kind: 'there', start: () => startLocal(bin) }
  try {
    await run('docker', ['info'], { timeout: 10_000 })
    return { kind: 'there', start: startContainer }
  } catch {
    const why = 'no initdb and pg_ctl were found, and no container engine answers'
    return { kind: 'missing', why }
  }
}

function localPrograms(): string | undefined {
  const installed = globSync('/usr/lib/postgresql/*/bin').toSorted().toReversed()
  const onPath = (process.env['PATH'] ?? '').split(delimiter)
  return [...installed, ...onPath].find((folder) =>
    ['initdb', 'pg_ctl', 'postgres'].every((program) => existsSync(join(folder, program))),
  )
}

/** A cluster in a temporary folder that listens on a socket there and nowhere else. */
async function startLocal(bin: string): Promise<PostgresServer> {
  await using starting = new AsyncDisposableStack()
  const folder = starting.use(await temporaryFolder())
  const data = join(folder.path, 'data')
  await prepareFolder(folder.path, data)
  await asServerUser(bin, 'initdb', [
    `--pgdata=${data}`,
    '--username=postgres',
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
  ])
  const options = [
    "-c listen_addresses=''",
    `-c unix_socket_directories='${data}'`,
    '-c max_connections=60 -c shared_buffers=32MB',
  ].join(' ')
  const control = (...args: string[]) =>
    asServerUser(bin, 'pg_ctl', ['--pgdata', data, '--wait', ...args])
  await control('--log', join(data, 'log.txt'), '--options', options, 'start')
  starting.defer(async () => {
    await control('--mode', 'immediate', 'stop')
  })
  const address = (database: string) =>
    `postgres://postgres@localhost/${database}?host=${encodeURIComponent(data)}`
  const server = await withTemplate(address)
  const all = starting.move()
  return { ...server, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

/** PostgreSQL refuses to run as root, so the folder goes to the user that the package made for it. */
async function prepareFolder(folder: string, data: string): Promise<void> {
  await mkdir(data, { mode: 0o700 })
  if (process.getuid?.() !== 0) return
  const [user, group] = await Promise.all(
    ['-u', '-g'].map(async (flag) => {
      const { stdout } = await run('id', [flag, 'postgres'])
      return Number(stdout)
    }),
  )
  if (user === undefined || group === undefined) throw new Error('no user postgres')
  // The server's user must get through to its own folder.
  await chmod(folder, 0o755)
  await chown(data, user, group)
}

async function asServerUser(bin: string, program: string, args: string[]): Promise<void> {
  const path = join(bin, program)
  const options = { timeout: 60_000, cwd: dirname(bin) }
  if (process.getuid?.() === 0) {
    await run('runuser', ['-u', 'postgres', '--', path, ...args], options)
  } else {
    await run(path, args, options)
  }
}

async function startContainer(): Promise<PostgresServer> {
  const container = await new GenericContainer(image)
    .withEnvironment({ POSTGRES_HOST_AUTH_METHOD: 'trust' })
    .withExposedPorts(5432)
    // Once for the set-up server, once for the real one.
    .withWaitStrategy(Wait.forLogMessage(/ready to accept connections/, 2))
    .start()
  const place = `${container.getHost()}:${container.getMappedPort(5432)}`
  const server = await withTemplate(
    (database) => `postgres://postgres@${place}/${database}`,
  )
  return {
    ...server,
    [Symbol.asyncDispose]: async () => {
      await container.stop()
    },
  }
}

/** Migrates one database and copies it for every suite. */
async function withTemplate(
  address: (database: string) => string,
): Promise<Omit<PostgresServer, keyof AsyncDisposable>> {
  const administer = async (sql: string) => {
    const client = new pg.Client({ connectionString: address('postgres') })
    await client.connect()
    try {
      const { rows } = await client.query<Record<string, unknown>>(sql)
      return rows
    } finally {
      await client.end()
    }
  }
  await administer(`create database ${template}`)
  const url = address(template)
  const migrated = await openPostgresDatabase({
    url,
    clock: systemClock,
    random: systemRandom,
  })
  await migrated[Symbol.asyncDispose]()
  let count = 0
  const create = async (from: string) => {
    count += 1
    await administer(`create database suite_${count} template ${from}`)
    return address(`suite_${count}`)
  }
  return {
    createDatabase: () => create(template),
    createEmptyDatabase: () => create('template0'),
    administer,
  }
}
