import { fork, type ChildProcess } from 'node:child_process'
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
import { rootOf, STATIONS, stationType, VALUES, type ServerCount } from './opcua-town.ts'

const SECONDS = 30

/** What listening to many OPC UA values costs. */
export interface OpcuaFigures {
  readonly opcuaItems: number
  /** What the server set; less than the items when its processor does not suffice. */
  readonly opcuaChangedPerSec: number
  /** Changes that the server noticed when it looked, once a second by its own timer. */
  readonly opcuaSampledPerSec: number
  /** Of those, what is in the log. */
  readonly opcuaValuesPerSec: number
  /** Sampled values that did not get into the log, or others that did; from the start to the end. */
  readonly opcuaLostValues: number
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
  const server = fork(
    join(import.meta.dirname, 'opcua-server.process.ts'),
    [join(folder, 'server')],
    { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
  )
  try {
    if (server.stdout === null) throw new Error('the server has no output')
    const [printed] = (await once(server.stdout, 'data')) as [Buffer]
    const { port, fingerprint } = JSON.parse(printed.toString()) as {
      port: number
      fingerprint: string
    }
    return await listen({ folder, port, fingerprint, server })
  } finally {
    server.kill()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function listen(where: {
  readonly folder: string
  readonly port: number
  readonly fingerprint: string
  readonly server: ChildProcess
}): Promise<OpcuaFigures> {
  const { folder, port, fingerprint, server } = where
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
  const from = heard.length
  const [first, before] = [await ask(server, 'count'), process.cpuUsage()]
  const start = process.hrtime.bigint()
  await pause(SECONDS * 1_000)
  const { user, system } = process.cpuUsage(before)
  const elapsedUs = Number(process.hrtime.bigint() - start) / 1e3
  const rss = process.memoryUsage().rss
  const to = heard.length
  const last = await ask(server, 'count')
  const perSec = (name: keyof ServerCount): number =>
    (last[name] - first[name]) / (elapsedUs / 1e6)
  return {
    ...figures(heard.slice(from, to), elapsedUs),
    opcuaChangedPerSec: perSec('changed'),
    opcuaSampledPerSec: perSec('sampled'),
    opcuaLostValues: await lost(server, heard),
    opcuaCpu: (user + system) / elapsedUs,
    opcuaRssMb: rss / 1e6,
  }
}

/** Has the server rest, waits until nothing comes any more and holds what came against what it counted. */
async function lost(
  server: ChildProcess,
  heard: readonly { readonly envelope: Envelope }[],
): Promise<number> {
  await ask(server, 'rest')
  for (let known = -1; known !== heard.length;) {
    known = heard.length
    await pause(3_000)
  }
  const { sampled, sum } = await ask(server, 'count')
  const read = createMessageReader()
  let [count, total] = [0, 0]
  for (const { envelope } of heard) {
    const parsed = read(envelope.payload)
    for (const { value } of (parsed.ok && parsed.message.values) || []) {
      count += 1
      total += Number(value ?? 0)
    }
  }
  if (count !== sampled) return Math.abs(sampled - count)
  if (total !== sum) throw new Error(`values of ${sum} were sampled, and of ${total} came`)
  return 0
}

async function ask(server: ChildProcess, what: 'count' | 'rest'): Promise<ServerCount> {
  server.send(what)
  const [answer] = (await once(server, 'message')) as [ServerCount]
  return answer
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
