import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { chmod, chown, mkdir } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The folder with PostgreSQL's own programs, the newest that is installed; undefined when there is none. */
export function localPrograms(): string | undefined {
  const installed = globSync('/usr/lib/postgresql/*/bin').toSorted().toReversed()
  const onPath = (process.env['PATH'] ?? '').split(delimiter)
  return [...installed, ...onPath].find((folder) =>
    ['initdb', 'pg_ctl', 'postgres'].every((program) => existsSync(join(folder, program))),
  )
}

/** Starts a new cluster in the folder, which listens on a socket there and nowhere else. */
export async function startCluster(bin: string, folder: string): Promise<void> {
  const data = join(folder, 'data')
  await prepareFolder(folder, data)
  await asServerUser(bin, 'initdb', [
    `--pgdata=${data}`,
    '--username=postgres',
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
    '--no-sync',
  ])
  const options = [
    "-c listen_addresses=''",
    `-c unix_socket_directories='${data}'`,
    '-c max_connections=200 -c shared_buffers=32MB',
    // No test pulls the machine's plug; `fsync` stays on, because the service refuses a server without.
    '-c full_page_writes=off',
  ].join(' ')
  const log = join(data, 'log.txt')
  await control(bin, folder, ['--log', log, '--options', options, 'start'])
}

/** Ends the cluster in the folder at once; nothing happens when it does not run. */
export async function stopCluster(bin: string, folder: string): Promise<void> {
  if (!existsSync(join(folder, 'data', 'postmaster.pid'))) return
  await control(bin, folder, ['--mode', 'immediate', 'stop'])
}

/** Tells the cluster in the folder to end, without waiting for it: for a process that ends itself. */
export function quitCluster(folder: string): void {
  const file = join(folder, 'data', 'postmaster.pid')
  if (!existsSync(file)) return
  const [leader = ''] = readFileSync(file, 'utf8').split('\n', 1)
  try {
    process.kill(Number(leader), 'SIGQUIT')
  } catch {
    // It has ended already.
  }
}

/** Where a database of the cluster in the folder is. */
export function addressIn(folder: string): (database: string) => string {
  const socket = encodeURIComponent(join(folder, 'data'))
  return (database) => `postgres://postgres@localhost/${database}?host=${socket}`
}

async function control(bin: string, folder: string, args: string[]): Promise<void> {
  await asServerUser(bin, 'pg_ctl', ['--pgdata', join(folder, 'data'), '--wait', ...args])
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
