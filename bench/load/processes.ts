import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Order, Seen } from './generator.process.ts'

/** Runs a file of this folder to its end and parses what it printed. */
async function answerOf(
  file: string,
  args: readonly string[],
  input = '',
): Promise<unknown> {
  const child = spawn(process.execPath, [join(import.meta.dirname, file), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(input)
  const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  if (code !== 0) throw new Error(`${file} ended with ${String(code)}`)
  return JSON.parse(printed)
}

/** Sends what the order says and tells what was seen. */
export async function generate(order: Order): Promise<Seen> {
  return (await answerOf('generator.process.ts', [], JSON.stringify(order))) as Seen
}

/** p99 of a 4 KiB write and fdatasync in this folder, in ms. */
export async function diskP99Ms(folder: string): Promise<number> {
  const { p99Ms } = (await answerOf('disk-probe.process.ts', [folder])) as { p99Ms: number }
  return p99Ms
}

/** A server under load. */
export interface Server extends AsyncDisposable {
  readonly port: number
  /** Resident memory of the process now, in MB. */
  residentMb(): Promise<number>
  /** Ends the process as a crash would, at once. */
  kill(): void
}

/** Starts aedes alone. */
export async function plainBroker(): Promise<Server> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'plain-broker.process.ts')],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
  return server(child, Number(chunk.toString()))
}

export interface ServiceUnderLoad extends Server {
  /** Where people and /metrics are. */
  readonly http: string
  /** How many commits of the log this consumer has yet to handle. */
  commitsBehind(consumer: string): Promise<number>
  /** Resolves when history, alarms and live values have everything that is in the log. */
  settled(): Promise<void>
}

/** Starts the real service as people do, `gatuvakt serve`, on a prepared folder with settings of its own. */
export async function service(folder: string, settings: object): Promise<ServiceUnderLoad> {
  const file = join(folder, 'bench.yaml')
  await writeFile(file, JSON.stringify(settings))
  const child = spawn(
    process.execPath,
    [
      join(import.meta.dirname, '../../bin/gatuvakt'),
      '--data',
      folder,
      '--config',
      file,
      'serve',
      '--http-port',
      '0',
      '--mqtt-port',
      '0',
    ],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, GATUVAKT_LOG__LEVEL: 'warn' },
    },
  )
  const ready = Promise.withResolvers<string>()
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
    if (said.includes('ready at')) ready.resolve(said)
    else process.stderr.write(chunk)
  })
  child.once('exit', () => ready.reject(new Error(`the service ended: ${said}`)))
  const line = await ready.promise
  const http = /ready at (\S+),/.exec(line)?.[1] ?? ''
  const port = Number(/mqtt:\/\/[^:]+:(\d+)/.exec(line)?.[1])
  return {
    ...server(child, port, await onlyChildOf(child)),
    http,
    commitsBehind: async (consumer) =>
      (await commitsBehind(http)).get(consumer) ?? Number.NaN,
    async settled() {
      while (Math.max(...(await commitsBehind(http)).values()) > 0)
        await new Promise((resolve) => setTimeout(resolve, 20))
    },
  }
}

async function commitsBehind(http: string): Promise<ReadonlyMap<string, number>> {
  const metrics = await (await fetch(`${http}/metrics`)).text()
  const pattern = /^gatuvakt_consumer_commits_behind\{consumer="(\w+)"\} (\d+)/gm
  const lags = [...metrics.matchAll(pattern)]
  if (lags.length === 0) throw new Error('/metrics does not say how far behind anybody is')
  return new Map(lags.map(([, name = '', lag]) => [name, Number(lag)]))
}

/** The program's own process: `bin/gatuvakt` only starts it. */
async function onlyChildOf({ pid }: ChildProcess): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return Number(children.trim())
}

function server(child: ChildProcess, port: number, pid = child.pid): Server {
  return {
    port,
    async residentMb() {
      const status = await readFile(`/proc/${pid}/status`, 'utf8')
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024
    },
    kill() {
      if (pid !== undefined) process.kill(pid, 'SIGKILL')
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}
