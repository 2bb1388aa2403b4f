import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

/** A service in processes of its own; disposal kills it. */
export interface ServiceProcess extends AsyncDisposable {
  /** Resolves when it says that it is ready; rejects when it ends before. */
  readonly ready: Promise<void>
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
  /** SIGKILL, to the program and to what started it. */
  kill(): void
  /** SIGTERM, as a supervisor sends it. */
  stop(): void
  /** What it has written to standard error. */
  said(): string
}

export interface Place {
  readonly data: string
  readonly http: number
  readonly mqtt: number
  /** Variables of the environment. */
  readonly settings: Readonly<Record<string, string>>
}

const root = join(import.meta.dirname, '..')

/** The program as people start it. */
export function serve({ data, http, mqtt, settings }: Place): ServiceProcess {
  const ports = ['--http-port', String(http), '--mqtt-port', String(mqtt)]
  const words = [join(root, 'bin', 'gatuvakt'), '--data', data, 'serve', ...ports]
  return start(words, settings)
}

export type Planted = 'ack-before-append'

/** The same service with a trap in it, or with a planted mistake. */
export function serveTrapped(
  { settings, ...place }: Place,
  extra: {
    readonly trap?: {
      readonly stage: string
      readonly hit: number
      readonly chance: number
    }
    readonly mutant?: Planted | undefined
  },
): ServiceProcess {
  const file = join(import.meta.dirname, 'service.process.ts')
  return start([file, JSON.stringify({ ...place, ...extra })], settings)
}

function start(words: readonly string[], settings: Place['settings']): ServiceProcess {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', ...words],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, GATUVAKT_LOG__LEVEL: 'warn', ...settings },
      // A group of its own, so that a kill reaches the program behind the one that starts it.
      detached: true,
    },
  )
  let said = ''
  const ready = new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8')
      if (said.includes('gatuvakt: ready')) resolve()
    })
    child.on('exit', () => reject(new Error(`ended before it was ready:\n${said}`)))
  })
  // Whoever kills it while it starts does not wait for it to become ready.
  ready.catch(() => undefined)
  // The pipe closes when the last process of the group is gone.
  const ended = once(child, 'close').then(
    ([code, signal]: (number | NodeJS.Signals | null)[]) => signal ?? code ?? 1,
  )
  const kill = (): void => signalGroup(child.pid, 'SIGKILL')
  // Whoever ends the harness ends what it started.
  process.once('exit', kill)
  void ended.then(() => process.off('exit', kill))
  return {
    ready,
    ended,
    kill,
    stop: () => void child.kill('SIGTERM'),
    said: () => said,
    async [Symbol.asyncDispose]() {
      kill()
      await ended
    },
  }
}

function signalGroup(leader: number | undefined, name: NodeJS.Signals): void {
  if (leader === undefined) return
  try {
    process.kill(-leader, name)
  } catch (error) {
    // It was faster.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** Runs a command of the program to its end and gives what it wrote to standard output. */
export async function command(...words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [join(root, 'bin', 'gatuvakt'), ...words], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  if (code !== 0) throw new Error(`gatuvakt ${words.join(' ')} ended with ${code}:\n${err}`)
  return out
}

/**
 * A port that is free now, below those from which systems take ports for connections of their own
 * (32768 on Linux): the service comes back to it again and again, and nobody may take it meanwhile.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(15_000, 32_000)
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    if (!isFree) continue
    server.close()
    await once(server, 'close')
    return port
  }
  throw new Error('no port is free')
}
