/**
 * Whether an acknowledged message survives a power cut. JetStream acknowledges before its disk has
 * the message unless the server is set to `sync_interval: always`, which exists from 2.10 on. What
 * a server does stands in `/varz` of its monitor: `jetstream.config.sync_always`.
 */

import { get as getPlain } from 'node:http'
import { get as getSecure } from 'node:https'
import { json } from 'node:stream/consumers'
import { z } from 'zod'
import type { Clock } from '../../domain/clock.ts'
import { Problem } from '../../domain/problem.ts'
import { durationUs, SECOND } from '../../domain/time.ts'

/** What one server's monitor says; everything else in the answer is of no interest. */
const varz = z.object({
  server_id: z.string(),
  version: z.string(),
  jetstream: z
    .object({
      config: z
        .object({
          sync_always: z.boolean().default(false),
          /** Nanoseconds; servers before 2.10 do not say it. */
          sync_interval: z.number().optional(),
        })
        .optional(),
      meta: z.object({ cluster_size: z.number().int() }).optional(),
    })
    .default({}),
})
export type MonitorAnswer = z.infer<typeof varz>

/** Undefined when nothing is wrong; else why it cannot be relied on, and what to do. */
export interface Doubt {
  readonly weakness: string
  readonly why: string
  readonly next: string
}

const patience = durationUs(5 * SECOND)
const always = 'Set sync_interval: always in the jetstream block of every NATS server'
const lost = 'An acknowledged message may be lost in a power cut of the NATS servers'

/** Asks the monitors of all servers named. Rejects with Problem unavailable. */
export function askMonitors(
  urls: readonly string[],
  clock: Clock,
): Promise<readonly MonitorAnswer[]> {
  return Promise.all(urls.map((url) => askMonitor(url, clock)))
}

/**
 * Judges the answers of the servers that were asked; `connectedTo` is the id of the server that we
 * speak to.
 */
export function judgeDurability(
  servers: readonly MonitorAnswer[],
  connectedTo: string,
): Doubt | undefined {
  if (servers.length === 0) {
    const next = 'Set nats.monitorUrl to the monitor of the NATS server, http://…:8222'
    return doubt('no monitor has said whether they write to the disk first', next)
  }
  for (const { server_id: id, version, jetstream } of servers) {
    if (jetstream.config === undefined) {
      return doubt(
        `server ${id} has no JetStream`,
        'Name the monitor of the server that has it',
      )
    }
    if (!knowsSyncAlways(version)) {
      const why = `NATS ${version} cannot write to the disk before it acknowledges`
      return doubt(why, `Use NATS 2.10 or newer. ${always}`)
    }
    if (!jetstream.config.sync_always) return doubt(seldom(jetstream.config), always)
  }
  const asked = new Set(servers.map(({ server_id: id }) => id))
  const size = Math.max(
    ...servers.map(({ jetstream }) => jetstream.meta?.cluster_size ?? 1),
  )
  if (size > asked.size) {
    const why = `${asked.size} of ${size} servers were asked whether they write to the disk first`
    return doubt(why, 'Name the monitors of all servers in nats.monitorUrl')
  }
  if (size === 1 && !asked.has(connectedTo)) {
    const why = 'the server that was asked is not the one that keeps the log'
    return doubt(why, 'Name the monitor of the server in nats.url')
  }
  return undefined
}

function doubt(why: string, next: string): Doubt {
  return { weakness: `${lost}: ${why}`, why, next }
}

function knowsSyncAlways(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 2 || (major === 2 && minor >= 10)
}

function seldom({
  sync_interval: interval,
}: {
  readonly sync_interval?: number | undefined
}): string {
  return interval === undefined
    ? 'they write to the disk now and then'
    : `they write to the disk every ${interval / 1e9} s`
}

async function askMonitor(url: string, clock: Clock): Promise<MonitorAnswer> {
  const where = new URL('varz', url.endsWith('/') ? url : `${url}/`)
  const asking = new AbortController()
  const cancel = clock.after(patience, () => asking.abort(new Error('it did not answer')))
  try {
    return varz.parse(await ask(where, asking.signal))
  } catch (cause) {
    const details = {
      kind: 'unavailable',
      what: 'The monitor of the NATS server does not say how it keeps messages',
      where: where.href,
      why: cause instanceof Error ? cause.message : String(cause),
      next: 'Correct nats.monitorUrl, or switch the monitor on: http: 8222',
    } as const
    throw new Problem(details, { cause })
  } finally {
    cancel()
  }
}

function ask(where: URL, signal: AbortSignal): Promise<unknown> {
  const get = where.protocol === 'https:' ? getSecure : getPlain
  return new Promise((resolve, reject) => {
    const request = get(where, { signal }, (answer) => {
      if (answer.statusCode === 200) {
        json(answer).then(resolve, reject)
      } else {
        answer.resume()
        reject(new Error(`it answered ${answer.statusCode}`))
      }
    })
    request.on('error', reject)
  })
}
