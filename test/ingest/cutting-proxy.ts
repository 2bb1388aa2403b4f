import { once } from 'node:events'
import { createServer, connect, type Socket } from 'node:net'

/** A network between a client and a server that fails when it is told to. */
export interface CuttingProxy extends AsyncDisposable {
  readonly port: number
  /** From now on nothing that the server says reaches the client; what the client says does. */
  loseAnswers(): void
  /** Ends all connections; new ones work again, and answers come through. */
  cut(): void
  /** Ends all connections and lets none come up again until `cut`. */
  close(): void
}

export async function startProxy(target: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>()
  let losing = false
  let closed = false
  const server = createServer((client) => {
    if (closed) {
      client.destroy()
      return
    }
    const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true })
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      // What follows an error is its close.
      socket.on('error', () => undefined)
    }
    client.on('data', (chunk) => upstream.write(chunk))
    upstream.on('data', (chunk) => {
      if (!losing) client.write(chunk)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const cut = (): void => {
    losing = false
    closed = false
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    loseAnswers: () => {
      losing = true
    },
    cut,
    close: () => {
      cut()
      closed = true
    },
    async [Symbol.asyncDispose]() {
      server.close()
      cut()
      await once(server, 'close')
    },
  }
}
