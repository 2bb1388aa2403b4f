import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { Voice } from './prepare.ts'

const run = promisify(execFile)

/** One message that the broker acknowledged, as its publisher wrote it down. */
const acknowledged = z.object({
  device: z.string(),
  /** Counts the device's messages from 1. */
  n: z.int(),
  /** Source time in µs; not there for a device without a clock. */
  ts: z.int().optional(),
  missing: z.number().optional(),
  level: z.number().optional(),
  /** The value is one that raises the alarm. */
  wrong: z.boolean(),
  /** The DUP flag of each time it was put on the wire. */
  sends: z.array(z.int()),
  /** When the acknowledgement came, in µs. */
  at: z.int(),
})
export type Acknowledged = z.infer<typeof acknowledged>

/** The devices, in a process that no kill of the service touches. */
export interface Publisher extends AsyncDisposable {
  /** Messages acknowledged so far. */
  count(): number
  /** Says no more, and resolves with everything acknowledged when all that was said is. */
  finish(): Promise<readonly Acknowledged[]>
}

interface PublisherParts {
  readonly folder: string
  readonly port: number
  readonly seed: number
  readonly voices: readonly Voice[]
}

/** A Python that has paho-mqtt; undefined where there is none. */
export async function findPaho(): Promise<string | undefined> {
  for (const python of ['python3', '/usr/bin/python3']) {
    const there = await run(python, ['-c', 'import paho.mqtt.client']).then(
      () => true,
      () => false,
    )
    if (there) return python
  }
  return undefined
}

export async function startPublisher(
  python: string,
  { folder, port, seed, voices }: PublisherParts,
): Promise<Publisher> {
  const file = join(folder, 'acknowledged.ndjson')
  const settings = join(folder, 'publisher.json')
  const said = { host: '127.0.0.1', port, seed, acknowledged: file, voices }
  await writeFile(settings, JSON.stringify(said), { mode: 0o600 })
  const child = spawn(python, [join(import.meta.dirname, 'publisher.py'), settings], {
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  const ended = once(child, 'exit')
  const lines = (): string[] =>
    existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []
  return {
    count: () => lines().length,
    async finish() {
      child.stdin.end('stop\n')
      const [code] = await ended
      if (code !== 0) throw new Error(`the publisher ended with ${code}`)
      return lines().map((line) => acknowledged.parse(JSON.parse(line)))
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
