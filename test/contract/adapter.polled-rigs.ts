import { join } from 'node:path'
import { createOpcuaAdapter } from '../../src/adapters/opcua/adapter.ts'
import type { ModbusServer } from '../../src/adapters/modbus/server.ts'
import { systemClock } from '../../src/clock.ts'
import { fromHex } from '../../src/devices/modbus/hex.ts'
import { parseMessage } from '../../src/devices/modbus/message.ts'
import { opcuaConnection } from '../../src/devices/opcua/connection.ts'
import { createMessageReader } from '../../src/devices/opcua/message.ts'
import { systemRandom } from '../../src/random.ts'
import {
  adapterFor,
  bankOf,
  deviceAt,
  serverFor,
  typeOf,
} from '../adapters/modbus/polling.ts'
import { strandkoping } from '../adapters/http/intaking.ts'
import { startNetwork } from '../adapters/opcua/proxy.ts'
import {
  pkiFolder,
  rootPath,
  startTestServer,
  station,
  stationType,
} from '../adapters/opcua/town.ts'
import type { AdapterRig } from './adapter.contract.ts'

/** A Modbus line with two units. */
export async function modbusRig(): Promise<AdapterRig> {
  const type = typeOf({ level: { table: 'holding', address: 0 } })
  const banks = new Map([1, 2].map((unit) => [unit, bankOf({ holding: { 0: [0] } })]))
  let server: ModbusServer = await serverFor(banks)
  const { port } = server
  const devices = [deviceAt(1, type), deviceAt(2, type)] as const
  const adapter = adapterFor({ port, devices: [devices[0]] })
  const set = async (unit: number, number: number): Promise<undefined> => {
    banks.get(unit)?.put('holding', 0, number)
  }
  return {
    adapter,
    // One poll of each unit.
    bound: 1,
    say: (number) => set(1, number),
    numbers({ payload }) {
      const parsed = parseMessage(payload)
      if (!parsed.ok) throw new Error(parsed.problem.detail)
      return parsed.message.blocks.flatMap((block) =>
        'words' in block ? [Buffer.from(fromHex(block.words)).readUInt16BE(0)] : [],
      )
    },
    away: {
      leave: async () => server[Symbol.asyncDispose](),
      comeBack: async () => {
        server = await serverFor(banks, { port, clock: systemClock })
      },
    },
    field: {
      adapter,
      devices,
      saySecond: (number) => set(2, number),
      connections: () => server.connections,
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** An OPC UA server with a station; its devices are two views of one station. */
export async function opcuaRig(): Promise<AdapterRig> {
  const type = stationType()
  const server = await startTestServer({ type })
  const network = await startNetwork(server.port)
  const devices = [station(type), station(type, 'device-2', rootPath)] as const
  const adapter = createOpcuaAdapter({
    connection: 'plc',
    organisation: strandkoping,
    config: opcuaConnection.parse({
      protocol: 'opcua',
      endpoint: `opc.tcp://127.0.0.1:${network.port}`,
      trust: [server.fingerprint],
      limits: {
        firstRetry: '50ms',
        longestRetry: '300ms',
        stopWithin: '2s',
        connectWithin: '5s',
        pendingValues: 100,
      },
    }),
    devices: [devices[0]],
    folder: join(pkiFolder(), 'own'),
    random: systemRandom,
  })
  const read = createMessageReader()
  const set = async (number: number): Promise<undefined> => {
    server.space.set('level', number)
  }
  return {
    adapter,
    bound: 100,
    say: set,
    // What was sent and is kept to be sent again, until it is acknowledged.
    owed: () =>
      server.server.engine
        .getSessions()
        .flatMap((session) => session.publishEngine.subscriptions)
        .reduce((sum, one) => sum + one.getAvailableSequenceNumbers().length, 0),
    numbers({ payload }) {
      const parsed = read(payload)
      if (!parsed.ok) throw new Error(parsed.problem.detail)
      return (parsed.message.values ?? []).map(({ value }) => Number(value))
    },
    away: {
      async leave() {
        // Nobody listens on port 1.
        network.lead(1)
        network.cut()
      },
      async comeBack() {
        network.lead(server.port)
      },
    },
    field: { adapter, devices, saySecond: set, connections: () => network.count() },
    async [Symbol.asyncDispose]() {
      await network[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}
