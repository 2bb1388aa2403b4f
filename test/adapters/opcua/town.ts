import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OPCUAServer, OPCUAServerOptions } from 'node-opcua'
import pino from 'pino'
import {
  createOpcuaAdapter,
  type OpcuaAdapter,
} from '../../../src/adapters/opcua/adapter.ts'
import { loadOpcua } from '../../../src/adapters/opcua/library.ts'
import {
  makeServerIdentity,
  startServer,
  type ServerIdentity,
} from '../../../src/adapters/opcua/simulated-server.ts'
import {
  buildSpace,
  type SimulatedSpace,
} from '../../../src/adapters/opcua/simulated-space.ts'
import { readCertificateFile } from '../../../src/adapters/opcua/trust.ts'
import type { HealthState } from '../../../src/adapters/adapter.ts'
import { systemClock } from '../../../src/clock.ts'
import { deviceType, type TypeOf } from '../../../src/devices/device-type.ts'
import type { FieldDevice } from '../../../src/devices/field-device.ts'
import { opcuaConnection } from '../../../src/devices/opcua/connection.ts'
import {
  createMessageReader,
  type OpcuaMessage,
} from '../../../src/devices/opcua/message.ts'
import { opcuaReader } from '../../../src/devices/opcua/reader.ts'
import type { Said } from '../../../src/devices/message-reader.ts'
import type { Clock } from '../../../src/domain/clock.ts'
import { organisationId } from '../../../src/domain/ids.ts'
import type { Envelope } from '../../../src/domain/log-record.ts'
import { systemRandom } from '../../../src/random.ts'
import { until } from '../../support/until.ts'

/** Publishes fast, so that tests do not wait. */
const quickSection = {
  namespaces: { p: 'urn:pumpwerk:station' },
  subscription: { publishing: '50ms', keepAlive: 3, lifetime: 60 },
  item: { sampling: '20ms', queue: 60 },
}

/** A station with a level, a counter and a condition; `changes` stand above it. */
export function stationType(
  changes: {
    readonly points?: Readonly<Record<string, unknown>> | undefined
    readonly opcua?: Readonly<Record<string, unknown>> | undefined
    readonly interval?: string | undefined
  } = {},
): TypeOf<'opcua'> {
  const type = deviceType.parse({
    type: 'pumpwerk/station-ua@1.0.0',
    description: 'Pumping station',
    protocol: 'opcua',
    interval: changes.interval ?? '1h',
    opcua: { ...quickSection, ...changes.opcua },
    points: changes.points ?? {
      level: { path: 'p:WetWell/p:Level', unit: 'm', range: [0, 6] },
      starts: { path: 'p:Pump1/p:Starts', kind: 'counter' },
      fault: { condition: 'p:Pump1/Fault', kind: 'state' },
    },
  })
  if (type.protocol !== 'opcua') throw new Error('not OPC UA')
  return type
}

export const rootPath = '/0:Objects/p:Stations/p:harbour'

export function station(
  type = stationType(),
  id = 'device-1',
  root = rootPath,
): FieldDevice {
  return { id, slug: `station-${id}`, type, address: { root }, params: {} }
}

/** Certificates of this test process, each made once. */
const identities = new Map<string, Promise<ServerIdentity>>()
let pki: string | undefined

/** One folder for the certificates of this test process, removed at its end. */
export function pkiFolder(): string {
  if (pki !== undefined) return pki
  const made = mkdtempSync(join(tmpdir(), 'gatuvakt-opcua-'))
  process.on('exit', () => rmSync(made, { recursive: true, force: true }))
  pki = made
  return made
}

export async function serverIdentity(
  name: string,
  validity: { readonly from?: number; readonly days?: number } = {},
): Promise<ServerIdentity> {
  const opcua = await loadOpcua()
  const folder = join(pkiFolder(), 'server')
  const known = identities.get(name)
  const made =
    known ?? makeServerIdentity({ opcua, folder, now: new Date(), name, ...validity })
  identities.set(name, made)
  return made
}

export async function fingerprintOf({ certificateFile }: ServerIdentity): Promise<string> {
  return (await readCertificateFile(certificateFile)).fingerprint
}

export interface TestServer extends AsyncDisposable {
  readonly server: OPCUAServer
  readonly space: SimulatedSpace
  readonly port: number
  readonly fingerprint: string
}

export interface ServerOrder {
  readonly type?: TypeOf<'opcua'>
  readonly root?: string
  readonly identity?: ServerIdentity
  /** Registered before the type's own, so that its index changes. */
  readonly namespacesBefore?: readonly string[]
  readonly options?: OPCUAServerOptions
  readonly prepare?: (server: OPCUAServer) => void
}

export async function startTestServer(order: ServerOrder = {}): Promise<TestServer> {
  const opcua = await loadOpcua()
  const identity = order.identity ?? (await serverIdentity('plc'))
  const server = await startServer(opcua, identity, { port: 0, ...order.options })
  for (const uri of order.namespacesBefore ?? []) {
    server.engine.addressSpace?.registerNamespace(uri)
  }
  const space = buildSpace(
    { opcua, server },
    { type: order.type ?? stationType(), root: order.root ?? rootPath },
  )
  order.prepare?.(server)
  await server.start()
  return {
    server,
    space,
    port: server.endpoints[0]?.port ?? 0,
    fingerprint: await fingerprintOf(identity),
    [Symbol.asyncDispose]: () => server.shutdown(0),
  }
}

export interface Listening extends AsyncDisposable {
  readonly adapter: OpcuaAdapter
  readonly stored: Envelope[]
  /** What was stored of a device, oldest first. */
  messages(device?: string): OpcuaMessage[]
  /** What that says of a point. */
  said(point: string, device?: string): Promise<Said[]>
  state(): HealthState
}

export interface ListeningOrder {
  readonly port: number
  readonly trust?: readonly string[]
  readonly settings?: Readonly<Record<string, unknown>>
  readonly limits?: Readonly<Record<string, unknown>>
  readonly devices?: readonly FieldDevice[]
  readonly append?: (envelope: Envelope) => Promise<unknown>
  readonly secrets?: Readonly<Record<string, string>>
  readonly clock?: Clock
}

const quick = {
  firstRetry: '50ms',
  longestRetry: '300ms',
  stopWithin: '3s',
  connectWithin: '5s',
  repairEvery: '200ms',
}

/** Starts the adapter; it may still be connecting. */
export async function startListening(order: ListeningOrder): Promise<Listening> {
  const stored: Envelope[] = []
  const devices = order.devices ?? [station()]
  const adapter = createOpcuaAdapter({
    connection: 'plc',
    organisation: organisationId.parse('strandkoping'),
    config: opcuaConnection.parse({
      protocol: 'opcua',
      endpoint: `opc.tcp://127.0.0.1:${order.port}`,
      trust: order.trust ?? [],
      ...order.settings,
      limits: { ...quick, ...order.limits },
    }),
    devices,
    folder: join(pkiFolder(), 'own'),
    random: systemRandom,
  })
  const read = createMessageReader()
  const messages = (device = 'device-1'): OpcuaMessage[] =>
    stored
      .filter((one) => one.device === device)
      .map(({ payload }) => {
        const parsed = read(payload)
        if (!parsed.ok) throw new Error(parsed.problem.detail)
        return parsed.message
      })
  await adapter.start({
    append: async (envelope) => {
      await order.append?.(envelope)
      stored.push(envelope)
    },
    appendAll: async () => {
      throw new Error('not used here')
    },
    login: async () => undefined,
    refuse: ({ detail }) => {
      throw new Error(detail)
    },
    unknown: ({ identity }) => {
      throw new Error(`nobody should be a stranger here: ${identity}`)
    },
    secret: (name) => order.secrets?.[name],
    log: pino({ level: process.env['LOG'] ?? 'silent' }),
    clock: order.clock ?? systemClock,
  })
  return {
    adapter,
    stored,
    messages,
    said: async (point, device = 'device-1') => {
      const type = devices.find(({ id }) => id === device)?.type
      if (type?.protocol !== 'opcua') throw new Error('no such device')
      const reader = opcuaReader(type)
      const all: Said[] = []
      for (const one of stored.filter((envelope) => envelope.device === device)) {
        const message = await reader(one.payload)
        if (message.ok) all.push(...message.say(point))
      }
      return all
    },
    state: () => adapter.health().state,
    [Symbol.asyncDispose]: () => adapter[Symbol.asyncDispose](),
  }
}

/** Starts the adapter and waits until it hears. */
export async function listenTo(
  server: Pick<TestServer, 'port' | 'fingerprint'>,
  order: Partial<ListeningOrder> = {},
): Promise<Listening> {
  const listening = await startListening({
    port: server.port,
    trust: [server.fingerprint],
    ...order,
  })
  await until(() => ['online', 'degraded'].includes(listening.state()))
  return listening
}
