import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export type Fault =
  | 'none'
  /** Nothing passes and nothing closes. */
  | 'stall'
  /** Every byte is a packet of its own. */
  | 'bytewise'
  /** Answers take a fifth of a second longer. */
  | 'delay'
  /** The next answer is cut in its middle, then the connection is reset. */
  | 'reset mid-frame'
  /** Bytes in the middle of answers are turned round. */
  | 'garble'

/** A network between us and a server that fails as it is told. */
export interface FaultyNetwork extends AsyncDisposable {
  readonly port: number
  fault(now: Fault): void
  /** Where new connections are led to. */
  lead(port: number): void
  /** Ends all connections. */
  cut(): void
  /** Connections that were made so far. */
  count(): number
}

export async function startNetwork(target: number): Promise<FaultyNetwork> {
  const sockets = new Set<Socket>()
  let fault: Fault = 'none'
  let to = target
  let made = 0
  const server = createServer((client) => {
    made += 1
    const upstream = connect({ port: to, host: '127.0.0.1', noDelay: true })
    client.setNoDelay(true)
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      socket.on('error', () => undefined)
    }
    client.on('data', (chunk) => {
      if (fault !== 'stall') upstream.write(chunk)
    })
    upstream.on('data', (chunk) => pass(Buffer.from(chunk), client))
  })

  function pass(chunk: Uint8Array, client: Socket): void {
    switch (fault) {
      case 'none':
        client.write(chunk)
        return
      case 'stall':
        return
      case 'bytewise':
        for (const byte of chunk) client.write(Buffer.of(byte))
        return
      case 'delay':
        // Timers of the same length fire in the order they were set.
        setTimeout(() => client.write(chunk), 200)
        return
      case 'reset mid-frame':
        client.write(chunk.subarray(0, Math.ceil(chunk.length / 2)))
        client.resetAndDestroy()
        return
      case 'garble': {
        const wrong = Uint8Array.from(chunk)
        for (let at = 8; at < wrong.length; at += 7) wrong[at] = 255 - (wrong[at] ?? 0)
        client.write(wrong)
      }
    }
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    fault: (now) => {
      fault = now
    },
    lead: (port) => {
      to = port
    },
    cut,
    count: () => made,
    async [Symbol.asyncDispose]() {
      server.close()
      cut()
      await once(server, 'close')
    },
  }
}
