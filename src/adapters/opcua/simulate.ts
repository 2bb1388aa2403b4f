import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { Problem } from '../../domain/problem.ts'
import type { Simulation, SimulationOrder } from '../workbench.ts'
import { loadOpcua } from './library.ts'
import { makeServerIdentity, startServer } from './simulated-server.ts'
import { buildSpace } from './simulated-space.ts'
import { colons, readCertificateFile } from './trust.ts'

/**
 * Serves a type as a real OPC UA server, with every secure policy and without security, on the
 * loopback or wherever it is told. Anybody may read; histories hold the last 1,000 values of a point.
 */
export async function simulateOpcua(order: SimulationOrder): Promise<Simulation> {
  const { type, address, host, port } = order
  if (type.protocol !== 'opcua') throw new Error(`${type.type} does not speak OPC UA`)
  const opcua = await loadOpcua()
  await using stack = new AsyncDisposableStack()
  const folder = join(tmpdir(), `gatuvakt-simulation-${randomUUID()}`)
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const door = await openDoor(host, port)
  stack.use(door)
  const where = `opc.tcp://${host}:${door.port}`
  const identity = await makeServerIdentity({ opcua, folder, now: new Date() })
  const server = await startServer(opcua, identity, { port: 0, advertisedEndpoints: where })
  const root = String(address['root'] ?? '/0:Objects/0:Device').replaceAll(/[{}]/g, '')
  const space = buildSpace({ opcua, server }, { type, root })
  await server.start()
  stack.defer(() => server.shutdown(0))
  door.lead(server.endpoints[0]?.port ?? 0)
  const { fingerprint } = await readCertificateFile(identity.certificateFile)
  const inUse = stack.move()
  return {
    where: `${where} (certificate SHA-256 ${colons(fingerprint)})`,
    set(point, value) {
      const why = space.set(point, value)
      if (why === undefined) return
      throw new Problem({ kind: 'invalid', what: `The simulation cannot do that: ${why}` })
    },
    silent: (yes) => door.shut(yes),
    [Symbol.asyncDispose]: () => inUse.disposeAsync(),
  }
}

interface Door extends AsyncDisposable {
  readonly port: number
  /** Where those who come are led to. */
  lead(port: number): void
  /** From now on nothing passes, in either direction, although connections stay. */
  shut(yes: boolean): void
}

/** A socket in front of the server, so that it can fall silent as a dead one does. */
async function openDoor(host: string, port: number): Promise<Door> {
  const sockets = new Set<Socket>()
  let target = 0
  let isShut = false
  const door = createServer((client) => {
    const inside = connect({ port: target, host: '127.0.0.1', noDelay: true })
    for (const [socket, other] of [
      [client, inside],
      [inside, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
      if (isShut) socket.pause()
    }
  })
  door.listen(port, host)
  await once(door, 'listening')
  const address = door.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    lead: (to) => {
      target = to
    },
    shut: (yes) => {
      isShut = yes
      for (const socket of sockets) {
        if (yes) socket.pause()
        else socket.resume()
      }
    },
    async [Symbol.asyncDispose]() {
      door.close()
      for (const socket of sockets) socket.destroy()
      await once(door, 'close')
    },
  }
}
