import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { connect, type NatsConnection } from 'nats'
import type { Service } from './services.ts'
import { temporaryFolder } from './temporary.ts'

/** A real nats-server with JetStream, on ports and in a folder of its own. */
export interface NatsServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** Address of its monitor. */
  readonly monitorUrl: string
  /** Where its streams are. */
  readonly folder: string
  /** A connection of somebody else, to look at streams and to meddle with them. */
  stranger(): Promise<NatsConnection & AsyncDisposable>
  /** Ends it without a chance to tidy up. */
  kill(): Promise<void>
  /** Starts it again on the same ports and folder. */
  restart(): Promise<void>
}

export interface NatsSettings {
  /** Bytes; default 17 MiB, enough for the largest message of the reading log. */
  readonly maxPayload?: number
  /** Lines of the configuration file beside ours. */
  readonly more?: string
}

/** nats-server, where it is installed. */
export function findNats(settings: NatsSettings = {}): Promise<Service<NatsServer>> {
  const program = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'nats-server'))
    .find(isProgram)
  return Promise.resolve(
    program === undefined
      ? { kind: 'missing', why: 'nats-server was not found' }
      : { kind: 'there', start: () => start(program, settings) },
  )
}

async function start(program: string, settings: NatsSettings): Promise<NatsServer> {
  await using starting = new AsyncDisposableStack()
  const folder = starting.use(await temporaryFolder())
  const [port, monitor] = await Promise.all([freePort(), freePort()])
  const file = join(folder.path, 'nats.conf')
  await writeFile(file, configuration({ ...settings, port, monitor, folder: folder.path }))
  const url = `nats://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  const restart = async (): Promise<void> => {
    child = spawn(program, ['--config', file], { stdio: ['ignore', 'ignore', 'pipe'] })
    await untilReady(child)
  }
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  starting.defer(kill)
  await restart()
  const all = starting.move()
  return {
    url,
    port,
    monitorUrl: `http://127.0.0.1:${monitor}`,
    folder: folder.path,
    stranger: async () => {
      const connection = await connect({ servers: url })
      return Object.assign(connection, { [Symbol.asyncDispose]: () => connection.close() })
    },
    kill,
    restart,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

function configuration({
  port,
  monitor,
  folder,
  maxPayload = 17 * 1024 * 1024,
  more = '',
}: NatsSettings & {
  readonly port: number
  readonly monitor: number
  readonly folder: string
}): string {
  return [
    `listen: "127.0.0.1:${port}"`,
    `http: "127.0.0.1:${monitor}"`,
    `max_payload: ${maxPayload}`,
    // Room is only reserved, never filled: a stream of 64 GiB must fit on a small test machine.
    `jetstream { store_dir: "${folder}", max_file_store: 1TB, max_memory_store: 64MB }`,
    more,
  ].join('\n')
}

/** Resolves when the server says so; rejects when it ends before. */
async function untilReady(child: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8')
    if (said.includes('Server is ready')) resolve()
  })
  child.once('error', reject)
  child.once('exit', () => reject(new Error(`nats-server ended: ${said}`)))
  await promise
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
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
