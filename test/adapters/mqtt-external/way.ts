import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A way to the broker that a test can watch and cut. */
export interface Way extends AsyncDisposable {
  readonly port: number
  /** Connections that were let through so far. */
  readonly connections: number
  /** Connections that were closed at once. */
  readonly turnedAway: number
  /** Breaks every connection, as a dying network does: neither side says goodbye. */
  cut(): void
  /** Whether new connections are let through; others are closed at once. */
  open(yes: boolean): void
  /** Packets that our side has sent, by their first byte, over all connections. */
  sent(firstByte: number): readonly Buffer[]
  /** The same of the broker. */
  came(firstByte: number): readonly Buffer[]
}

export const firstByte = { puback: 0x40, pingreq: 0xc0, pingresp: 0xd0, publish: 0x32 }

export async function wayTo(target: number): Promise<Way> {
  const sockets = new Set<Socket>()
  const sent: Buffer[] = []
  const came: Buffer[] = []
  let opened = true
  let connections = 0
  let turnedAway = 0
  const server = createServer((near) => {
    if (!opened) {
      turnedAway += 1
      near.destroy()
      return
    }
    connections += 1
    near.setNoDelay(true)
    const far = connect({ port: target, host: '127.0.0.1', noDelay: true })
    join(near, far, sent)
    join(far, near, came)
  })
  function join(from: Socket, to: Socket, seen: Buffer[]): void {
    const split = packetsInto(seen)
    sockets.add(from)
    from.on('data', split)
    from.on('error', () => undefined)
    from.on('close', () => {
      sockets.delete(from)
      // Last words still get through.
      to.end()
    })
    from.pipe(to)
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    get connections() {
      return connections
    },
    get turnedAway() {
      return turnedAway
    },
    cut,
    open: (yes) => void (opened = yes),
    sent: (first) => sent.filter((packet) => packet[0] === first),
    came: (first) => came.filter((packet) => packet[0] === first),
    async [Symbol.asyncDispose]() {
      server.close()
      cut()
      await once(server, 'close')
    },
  }
}

/** Cuts a stream of bytes into MQTT packets: a first byte, a length of up to four, a body. */
function packetsInto(seen: Buffer[]): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0)
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const end = endOfPacket(rest)
      if (end === undefined || end > rest.length) return
      seen.push(Buffer.from(rest.subarray(0, end)))
      rest = rest.subarray(end)
    }
  }
}

function endOfPacket(bytes: Buffer): number | undefined {
  let length = 0
  for (let at = 1; at <= 4; at += 1) {
    const byte = bytes[at]
    if (byte === undefined) return undefined
    length += (byte & 0x7f) * 128 ** (at - 1)
    if (byte < 0x80) return at + 1 + length
  }
  return undefined
}
