import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import type { Position } from '../../src/domain/position.ts'
import type { StoredCursors } from '../../src/store/influx/stored-cursors.ts'
import type { Service } from './services.ts'
import { temporaryFolder } from './temporary.ts'

/** A real InfluxDB 1.x that survives being stopped and started: same port, same folder. */
export interface InfluxDaemon extends AsyncDisposable {
  readonly url: string
  /** Answers to an InfluxQL statement, with times in µs; every database may be named in it. */
  query(statement: string, database?: string): Promise<unknown>
  /** Ends the process as a crash would. */
  kill(): Promise<void>
  /** Starts it again after `kill`. */
  start(): Promise<void>
}

/** Makes one with lines of influxdb.conf more, in the section `[http]`. */
export type StartInfluxDaemon = (httpSettings?: readonly string[]) => Promise<InfluxDaemon>

export function findInfluxDaemon(): Service<StartInfluxDaemon> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  const program = folders.map((folder) => join(folder, 'influxd')).find(existsSync)
  if (program === undefined) return { kind: 'missing', why: 'influxd is not installed' }
  return {
    kind: 'there',
    start: async () => (settings) => startDaemon(program, settings ?? []),
  }
}

async function startDaemon(
  program: string,
  httpSettings: readonly string[],
): Promise<InfluxDaemon> {
  await using starting = new AsyncDisposableStack()
  const folder = starting.use(await temporaryFolder())
  const port = await freePort()
  const file = join(folder.path, 'influxdb.conf')
  await writeFile(file, configuration(folder.path, port, httpSettings))
  let daemon: ChildProcess | undefined
  const kill = async (): Promise<void> => {
    const ending = daemon
    daemon = undefined
    if (ending === undefined || ending.exitCode !== null) return
    const ended = once(ending, 'exit')
    ending.kill('SIGKILL')
    await ended
  }
  const start = async (): Promise<void> => {
    daemon = spawn(program, ['run', '-config', file], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await listening(daemon)
  }
  starting.defer(kill)
  await start()
  const stack = starting.move()
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    kill,
    start,
    async query(statement, database = '') {
      const form = new URLSearchParams({ q: statement, db: database, epoch: 'u' })
      const answer = await fetch(`${url}/query`, { method: 'POST', body: form })
      return await answer.json()
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** Nothing but HTTP, and no report to the makers. */
function configuration(
  folder: string,
  port: number,
  httpSettings: readonly string[],
): string {
  const off = ['monitor', 'retention', 'continuous_queries', 'subscriber']
  return [
    'reporting-disabled = true',
    'bind-address = "127.0.0.1:0"',
    `[meta]\ndir = "${folder}/meta"`,
    `[data]\ndir = "${folder}/data"\nwal-dir = "${folder}/wal"\nquery-log-enabled = false`,
    `[http]\nbind-address = "127.0.0.1:${port}"\nlog-enabled = false`,
    ...httpSettings,
    ...off.map((name) =>
      name === 'monitor'
        ? '[monitor]\nstore-enabled = false'
        : `[${name}]\nenabled = false`,
    ),
    ...['udp', 'graphite', 'collectd', 'opentsdb'].map(
      (name) => `[[${name}]]\nenabled = false`,
    ),
  ].join('\n')
}

async function listening(daemon: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let said = ''
  daemon.stderr?.on('data', (chunk: Buffer) => {
    // Read to the end, or its pipe fills up and it stands still.
    if (said.includes('Listening for signals')) return
    said += chunk.toString()
    if (said.includes('Listening for signals')) resolve()
  })
  daemon.once('error', reject)
  daemon.once('exit', (code) => reject(new Error(`influxd ended with ${code}: ${said}`)))
  await promise
}

/** Cursors that a test keeps itself, with what was saved in order. */
export function memoryCursors(): StoredCursors & {
  readonly saved: (Position | undefined)[]
} {
  const saved: (Position | undefined)[] = []
  return {
    saved,
    load: () => Promise.resolve(saved.at(-1)),
    save: (position) => {
      saved.push(position)
      return Promise.resolve()
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
