import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { createOpcuaAdapter } from '../../src/adapters/opcua/adapter.ts'
import { systemClock } from '../../src/clock.ts'
import { opcuaConnection } from '../../src/devices/opcua/connection.ts'
import { createMessageReader } from '../../src/devices/opcua/message.ts'
import type { Envelope } from '../../src/domain/log-record.ts'
import { organisationId } from '../../src/domain/ids.ts'
import { openSqliteLog } from '../../src/ingest/sqlite-log/open.ts'
import { systemRandom } from '../../src/random.ts'
import { rootOf, STATIONS, stationType, VALUES } from './opcua-town.ts'

const SECONDS = 30

/** What listening to many OPC UA values costs. */
export interface OpcuaFigures {
  readonly opcuaItems: number
  readonly opcuaValuesPerSec: number
  /** From the server's source time to the end of the append, publishing interval included, in ms. */
  readonly opcuaLagP50Ms: number
  readonly opcuaLagP99Ms: number
  /** From the arrival to the end of the append. */
  readonly opcuaStoredP99Ms: number
  /** Processor time of this process, the log's threads included, of one core. */
  readonly opcuaCpu: number
  readonly opcuaRssMb: number
}

/**
 * 10,000 values of 100 devices that change once a second, sampled and published each second over one
 * encrypted session, into a real reading log on disk; for 30 s. The server is a process of its own.
 */
export async function opcuaItems(): Promise<OpcuaFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'gatuvakt-bench-'))
  const server = spawn(
    process.execPath,
    [join(import.meta.dirname, 'opcua-server.process.ts'), join(folder, 'server')],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  try {
    const [printed] = (await once(server.stdout, 'data')) as [Buffer]
    const { port, fingerprint } = JSON.parse(printed.toString()) as {
      port: number
      fingerprint: string
    }
    return await listen({ folder, port, fingerprint })
  } finally {
    server.kill()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function listen(where: {
  readonly folder: string
  readonly port: number
  readonly fingerprint: string
}): Promise<OpcuaFigures> {
  const { folder, port, fingerprint } = where
  await using log = await openSqliteLog({
    file: join(folder, 'readings.log'),
    clock: systemClock,
    random: systemRandom,
  })
  const type = stationType()
  const heard: { readonly envelope: Envelope; readonly storedUs: number }[] = []
  await using adapter = createOpcuaAdapter({
    connection: 'bench',
    organisation: organisationId.parse('bench'),
    config: opcuaConnection.parse({
      protocol: 'opcua',
      endpoint: `opc.tcp://127.0.0.1:${port}`,
      trust: [fingerprint],
      limits: { connectWithin: '1m' },
    }),
    devices: Array.from({ length: STATIONS }, (_, index) => ({
      id: `device-${index}`,
      slug: `station-${index}`,
      type,
      address: { root: rootOf(index) },
      params: {},
    })),
    folder: join(folder, 'own'),
    random: systemRandom,
  })
  await adapter.start({
    append: async (envelope) => {
      await log.append(envelope)
      heard.push({ envelope, storedUs: systemClock.now() })
    },
    appendAll: async () => undefined,
    login: async () => undefined,
    refuse: () => undefined,
    unknown: () => undefined,
    secret: () => undefined,
    log: pino({ level: 'silent' }),
    clock: systemClock,
  })
  const until = Date.now() + 120_000
  while (adapter.health().state !== 'online' || heard.length < STATIONS) {
    if (Date.now() > until) throw new Error(adapter.health().detail)
    await pause(100)
  }
  // First values and the library's warming up are not what is measured.
  await pause(3_000)
  heard.length = 0
  const before = process.cpuUsage()
  const start = process.hrtime.bigint()
  await pause(SECONDS * 1_000)
  const { user, system } = process.cpuUsage(before)
  const elapsedUs = Number(process.hrtime.bigint() - start) / 1e3
  const rss = process.memoryUsage().rss
  return {
    ...figures(heard.splice(0), elapsedUs),
    opcuaCpu: (user + system) / elapsedUs,
    opcuaRssMb: rss / 1e6,
  }
}

function figures(
  heard: readonly { readonly envelope: Envelope; readonly storedUs: number }[],
  elapsedUs: number,
) {
  const read = createMessageReader()
  const lags: number[] = []
  const storing: number[] = []
  for (const { envelope, storedUs } of heard) {
    const parsed = read(envelope.payload)
    if (!parsed.ok) throw new Error(parsed.problem.detail)
    storing.push((storedUs - envelope.ingest) / 1_000)
    for (const { source } of parsed.message.values ?? []) {
      if (source !== undefined) lags.push((storedUs - source) / 1_000)
    }
  }
  return {
    opcuaItems: STATIONS * VALUES,
    opcuaValuesPerSec: lags.length / (elapsedUs / 1e6),
    opcuaLagP50Ms: percentile(lags, 0.5),
    opcuaLagP99Ms: percentile(lags, 0.99),
    opcuaStoredP99Ms: percentile(storing, 0.99),
  }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return (
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  )
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms))
}
