import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { delimiter, join } from 'node:path'
import type { Service } from './services.ts'
import { temporaryFolder } from './temporary.ts'

/** A real broker that survives being stopped and started: same port, same folder. */
export interface Mosquitto extends AsyncDisposable {
  readonly port: number
  /** Ends the process: in an orderly way, or as a crash would. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Starts it again after `stop`. */
  start(): Promise<void>
  /** Halts or resumes the process, as an overloaded machine does. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void
}

export interface MosquittoOptions {
  /** Lines of mosquitto.conf. Without a line `allow_anonymous` everybody may connect. */
  readonly settings?: readonly string[]
  /** What the listener needs more, for instance TLS. */
  readonly listener?: readonly string[]
  /** Keeps sessions and their messages over a restart. */
  readonly persistent?: boolean
}

export type StartMosquitto = (options?: MosquittoOptions) => Promise<Mosquitto>

/** Debian keeps servers where a user's search path does not look. */
export function findMosquitto(): Service<StartMosquitto> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  const program = folders.map((folder) => join(folder, 'mosquitto')).find(existsSync)
  if (program === undefined) return { kind: 'missing', why: 'mosquitto is not installed' }
  return {
    kind: 'there',
    start: async () => (options) => startBroker(program, options ?? {}),
  }
}

async function startBroker(program: string, options: MosquittoOptions): Promise<Mosquitto> {
  await using starting = new AsyncDisposableStack()
  const folder = starting.use(await temporaryFolder())
  const port = await freePort()
  const file = join(folder.path, 'mosquitto.conf')
  await writeFile(file, configuration(folder.path, port, options).join('\n'))
  let broker: ChildProcess | undefined
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    const stopping = broker
    broker = undefined
    const gone = stopping?.exitCode ?? stopping?.signalCode ?? null
    if (stopping === undefined || gone !== null) return
    const ended = once(stopping, 'exit')
    stopping.kill(signal)
    await ended
  }
  const start = async (): Promise<void> => {
    broker = await running(program, file, port)
  }
  starting.defer(() => stop('SIGKILL'))
  await start()
  const stack = starting.move()
  return {
    port,
    stop,
    start,
    signal: (signal) => void broker?.kill(signal),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

function configuration(folder: string, port: number, options: MosquittoOptions): string[] {
  const { settings = [], listener = [], persistent = false } = options
  const open = settings.some((line) => line.startsWith('allow_anonymous'))
  return [
    // Started as root it would give up the right to write to the temporary folder.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    'log_dest stderr',
    'log_type all',
    'set_tcp_nodelay true',
    'max_queued_messages 100000',
    ...(open ? [] : ['allow_anonymous true']),
    `persistence ${persistent}`,
    `persistence_location ${folder}/`,
    'autosave_interval 1',
    'autosave_on_changes true',
    ...settings,
    `listener ${port} 127.0.0.1`,
    ...listener,
  ]
}

/**
 * Resolves when it has taken a connection. That it says "running" is not enough: a signal that
 * comes between that word and its main loop is forgotten.
 */
async function running(program: string, file: string, port: number): Promise<ChildProcess> {
  const broker = spawn(program, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  const { promise, resolve, reject } = Promise.withResolvers<ChildProcess>()
  let said = ''
  let knocking: Socket | undefined
  broker.stderr.on('data', (chunk: Buffer) => {
    // Read to the end, or its pipe fills up and it stands still.
    if (knocking?.destroyed === true) return
    said += chunk.toString()
    if (/ running\b/.test(said)) {
      knocking ??= connect({ port, host: '127.0.0.1' }).once('error', reject)
    }
    if (!said.includes('New connection from')) return
    knocking?.destroy()
    resolve(broker)
  })
  broker.once('error', reject)
  broker.once('exit', (code) => reject(new Error(`mosquitto ended with ${code}: ${said}`)))
  return await promise
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
