import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { Clock } from '../../domain/clock.ts'
import { MS } from '../../domain/time.ts'
import type { Bank } from './bank.ts'
import {
  frameOf,
  isDelivery,
  spoiltFrame,
  type Delivery,
  type Fault,
  type Framing,
} from './faults.ts'
import type { Ask } from './frames.ts'
import { splitRtu, splitTcp, type Question } from './questions.ts'

export interface ModbusServerParts {
  readonly host: string
  /** 0 for any free one. */
  readonly port: number
  readonly framing: Framing
  /** The units that are there; questions to others are not answered. */
  readonly units: ReadonlyMap<number, Bank>
  readonly fault?: (ask: Ask) => Fault | undefined
  readonly clock: Clock
}

/** A Modbus server for simulations and tests; it reads and never writes. */
export interface ModbusServer extends AsyncDisposable {
  readonly host: string
  readonly port: number
  /** Connections so far. */
  readonly connections: number
  /** Questions since the start, oldest first; at most the newest 10,000. */
  readonly asked: readonly Ask[]
}

const mostRemembered = 10_000
/** Between two bytes that come one by one. */
const pace = MS

/** Starts it; rejects when the port is taken. */
export async function startModbusServer(parts: ModbusServerParts): Promise<ModbusServer> {
  const sockets = new Set<Socket>()
  const asked: Ask[] = []
  let connections = 0
  const server = createServer({ noDelay: true }, (socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    const split = parts.framing === 'tcp' ? splitTcp() : splitRtu()
    socket.on('data', (chunk: Buffer) => {
      for (const question of split(chunk)) {
        const { ask } = question
        if (ask !== undefined) asked.push(ask)
        if (asked.length > mostRemembered) asked.shift()
        answer(parts, { socket, sockets, question })
      }
    })
  })
  const port = await listen(server, parts)
  return {
    host: parts.host,
    port,
    asked,
    get connections() {
      return connections
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

interface Asker {
  readonly socket: Socket
  readonly sockets: ReadonlySet<Socket>
  readonly question: Question
}

async function listen(
  server: Server,
  { host, port }: Pick<ModbusServerParts, 'host' | 'port'>,
): Promise<number> {
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}

function answer(parts: ModbusServerParts, asker: Asker): void {
  const { framing, units } = parts
  const { question, socket } = asker
  const { ask, unit } = question
  const bank = units.get(unit)
  if (bank === undefined) return
  const whole = { framing, question, result: ask && bank.answer(ask) }
  const fault = ask && parts.fault?.(ask)
  if (fault === undefined) socket.write(frameOf(whole))
  else if (isDelivery(fault)) deliver(parts, { ...asker, frame: frameOf(whole) }, fault)
  else socket.write(spoiltFrame(whole, fault))
}

function deliver(
  { framing, clock }: ModbusServerParts,
  asker: Asker & { readonly frame: Buffer },
  fault: Delivery,
): void {
  const { socket, frame } = asker
  switch (fault.kind) {
    case 'silent':
      return
    case 'close':
      socket.end()
      return
    case 'late':
      clock.after(fault.by, () => void lateTo(framing, asker)?.write(frame))
      return
    case 'byte_by_byte':
      return dribble(socket, frame, clock)
    case 'reset_mid_frame':
      socket.write(frame.subarray(0, 5), () => socket.resetAndDestroy())
  }
}

function lateTo(framing: Framing, { socket, sockets }: Asker): Socket | undefined {
  return framing === 'tcp' ? socket : [...sockets].at(-1)
}

/** One byte at a time, each in a packet of its own. */
function dribble(socket: Socket, frame: Buffer, clock: Clock): void {
  const [first, ...rest] = frame
  if (first === undefined || socket.destroyed) return
  socket.write(Buffer.from([first]), () => {
    clock.after(pace, () => dribble(socket, Buffer.from(rest), clock))
  })
}
