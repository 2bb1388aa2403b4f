import type { Found, Simulation, SimulationOrder } from '../../adapters/workbench.ts'
import { systemClock } from '../../clock.ts'
import { modbusConnection } from '../../devices/modbus/connection.ts'
import { diagnose } from '../../devices/modbus/diagnose.ts'
import { fieldsOf } from '../../devices/modbus/layout.ts'
import { writeMessage } from '../../devices/modbus/message.ts'
import { modbusAddress } from '../../devices/modbus/type.ts'
import type { DeviceType, Protocol } from '../../devices/device-type.ts'
import { Problem } from '../../domain/problem.ts'
import { durationUs } from '../../domain/time.ts'
import { opcuaAddress } from '../../devices/opcua/type.ts'
import { systemRandom } from '../../random.ts'
import type { Hint } from '../../workshop/hints.ts'
import { lookParts, type Looking } from './opcua-look.ts'

/** What a real device said when it was asked once. */
export interface Asked {
  /** As it would stand in the log. */
  readonly payload: Uint8Array
  /** What is probably wrong with the type, from a look around each of its values. */
  readonly hints: readonly Hint[]
}

/**
 * What the tools can do with each protocol. Its parts are loaded when they are asked for: the help
 * of a command should not wait for a library.
 */
interface ProtocolTools {
  /** Serves a device type over the real protocol. */
  readonly simulate: (order: SimulationOrder) => Promise<Simulation>
  readonly ask?: (order: SimulationOrder, looking: Looking) => Promise<Asked>
  /** Where a device stands unless somebody says so. */
  readonly address: Readonly<Record<string, string | number>>
  readonly scheme: string
  readonly port: number
}

const tools: Readonly<Partial<Record<Protocol, ProtocolTools>>> = {
  modbus: {
    async simulate(order) {
      const { simulateModbus } = await import('../../adapters/modbus/simulate.ts')
      return simulateModbus(order, systemClock)
    },
    async ask({ type, address, host, port }) {
      if (type.protocol !== 'modbus') throw new Error('asked as Modbus')
      const { lookAround } = await import('../../adapters/modbus/look-around.ts')
      const around = { type, address: modbusAddress.parse(address) }
      const seen = await lookAround(lineTo(host, port), around)
      // The registers beside the points are for the diagnosis; that they do not exist is no problem.
      const fields = fieldsOf(type)
      const blocks = seen.blocks.filter((block) =>
        fields.some(
          (field) => field.table === block.table && field.address === block.address,
        ),
      )
      return { payload: writeMessage({ ...seen, blocks }), hints: diagnose(type, seen) }
    },
    address: { unit: 1 },
    scheme: 'tcp:',
    port: 502,
  },
  opcua: {
    async simulate(order) {
      const { simulateOpcua } = await import('../../adapters/opcua/simulate.ts')
      return simulateOpcua(order)
    },
    async ask({ type, address }, looking) {
      const { askOpcua } = await import('./ask-opcua.ts')
      const slug = 'asked'
      const device = {
        id: slug,
        slug,
        type,
        address: opcuaAddress.parse(address),
        params: {},
      }
      return askOpcua(lookParts(looking), device)
    },
    address: { root: '/0:Objects/0:Device' },
    scheme: 'opc.tcp:',
    port: 4840,
  },
}

interface Order extends Pick<SimulationOrder, 'type' | 'address'> {
  readonly url: string
}

/** Serves a type. Rejects with Problem invalid for a protocol that has no server to play. */
export async function serveType(order: Order): Promise<Simulation> {
  const tool = toolOf(order.type)
  return tool.simulate(orderOf(order, tool))
}

/** Asks a real device. Rejects with Problem unavailable when it does not answer. */
export async function askDevice(
  order: Order,
  looking: Omit<Looking, 'url'>,
): Promise<Asked> {
  const tool = toolOf(order.type)
  if (tool.ask !== undefined)
    return tool.ask(orderOf(order, tool), { ...looking, url: order.url })
  throw new Problem({
    kind: 'invalid',
    what: `a device that speaks ${order.type.protocol} cannot be asked from here`,
    where: '--address',
    next: 'register it and use --device; its last message is taken',
  })
}

export interface ScanRequest {
  readonly url: string
  /** `1-3`, `1,5,7-9` */
  readonly units: string
  /** `0-200`, as `addressBase` counts. */
  readonly range: string
  readonly addressBase: 0 | 1
  readonly stop: AbortSignal
  readonly found: (count: number) => void
}

/** Looks, slowly and only reading, which registers answer. */
export async function scanRegisters(request: ScanRequest): Promise<readonly Found[]> {
  const { url, addressBase, stop } = request
  const { host, port } = placeOf(url, { scheme: 'tcp:', port: 502 })
  const [first = 0, last = first] = numbersOf(request.range, '--range', 65_535)
  const { scanModbus } = await import('../../adapters/modbus/scan.ts')
  const found: Found[] = []
  const looking = scanModbus(lineTo(host, port), {
    units: rangesOf(request.units),
    tables: ['input', 'holding', 'discrete', 'coil'],
    range: [Math.max(0, first - addressBase), Math.max(0, last - addressBase)],
    addressBase,
    pause: durationUs(20_000),
  })
  for await (const one of looking) {
    found.push(one)
    request.found(found.length)
    if (stop.aborted) break
  }
  return found
}

function lineTo(host: string, port: number) {
  const settings = modbusConnection.parse({
    protocol: 'modbus',
    transport: 'tcp',
    host,
    port,
  })
  return { settings, clock: systemClock, random: systemRandom }
}

function rangesOf(text: string): number[] {
  const units = text.split(',').flatMap((part) => {
    const [first = 0, last = first] = numbersOf(part, '--units', 247)
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at)
  })
  return [...new Set(units)]
}

function numbersOf(text: string, where: string, most: number): readonly number[] {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text.trim())
  const numbers =
    match?.slice(1).flatMap((one) => (one === undefined ? [] : [Number(one)])) ?? []
  if (numbers.length > 0 && numbers.every((one) => one <= most)) return numbers
  throw new Problem({
    kind: 'invalid',
    what: `${text} is no range`,
    where,
    next: `write it as 1-3, with numbers up to ${most}`,
  })
}

function toolOf({ protocol }: DeviceType): ProtocolTools {
  const tool = tools[protocol]
  if (tool !== undefined) return tool
  throw new Problem({
    kind: 'invalid',
    what: `nobody can play or ask a device that speaks ${protocol} this way`,
    why: 'it is for mqtt, modbus and opcua',
    next: 'send a message of your own, for instance with curl, or use gatuvakt types try --file',
  })
}

function orderOf({ type, url, address }: Order, tool: ProtocolTools): SimulationOrder {
  return { type, address: { ...tool.address, ...address }, ...placeOf(url, tool) }
}

function placeOf(
  text: string,
  { scheme, port }: Pick<ProtocolTools, 'scheme' | 'port'>,
): { readonly host: string; readonly port: number } {
  // Of a scheme that it does not know, URL takes no host apart; with http it does.
  const known = text.startsWith(`${scheme}//`)
  const http = text.replace(`${scheme}//`, 'http://')
  const url = known && URL.canParse(http) ? new URL(http) : undefined
  if (url !== undefined && url.hostname !== '') {
    return { host: url.hostname, port: url.port === '' ? port : Number(url.port) }
  }
  throw new Problem({
    kind: 'invalid',
    what: `${text} is no address for this protocol`,
    where: '--address',
    next: `write it as ${scheme}//127.0.0.1:${port}; port 0 takes any free one to serve on`,
  })
}
