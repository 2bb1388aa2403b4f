import { spawn, type ChildProcess } from 'node:child_process'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'

const main = join(import.meta.dirname, '../../src/main.ts')

/** The real program in a process of its own. */
export interface ServiceProcess {
  readonly child: ChildProcess
  /** Resolves when it says that it is ready; rejects when it ends before. */
  readonly ready: Promise<void>
  /** Resolves with the exit code or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
  /** What it has written to standard error. */
  said(): string
}

/**
 * Starts `gatuvakt serve` on the folder; `under` is a program to run it under, with its arguments,
 * `settings` are GATUVAKT_… variables.
 */
export function serve(
  folder: string,
  ports: { readonly http: number; readonly mqtt: number },
  under: readonly string[] = [],
  settings: Readonly<Record<string, string>> = {},
): ServiceProcess {
  const command = [
    ...under,
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    main,
    '--data',
    folder,
    'serve',
    '--http-port',
    String(ports.http),
    '--mqtt-port',
    String(ports.mqtt),
  ]
  const [program = '', ...args] = command
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, GATUVAKT_LOG__LEVEL: 'warn', ...settings },
  })
  let text = ''
  const ended = once(child, 'exit').then(
    ([code, signal]: (number | NodeJS.Signals | null)[]) => signal ?? code ?? 1,
  )
  const ready = new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
      if (text.includes('gatuvakt: ready')) resolve()
    })
    child.on('exit', () => reject(new Error(`ended before it was ready: ${text}`)))
  })
  // Whoever kills it on purpose does not wait for it to become ready.
  ready.catch(() => undefined)
  return { child, ready, ended, said: () => text }
}

/** Ports that are free now. */
export async function freePorts(): Promise<{ http: number; mqtt: number }> {
  const [http, mqtt] = await Promise.all([freePort(), freePort()])
  return { http, mqtt }
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
