import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import {
  answerTo,
  createCutter,
  handleOfRequest,
  readEnvelope,
  type Frame,
} from './frames.ts'

/** Something that stands where a server stands, and what passed there, in its order. */
export interface Standing extends AsyncDisposable {
  readonly port: number
  readonly frames: Frame[]
}

/** Passes everything on to a server and keeps it. */
export async function startRecorder(target: number): Promise<Standing> {
  const frames: Frame[] = []
  return stand(frames, (client, connection) => {
    const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true })
    const [asked, answered] = [createCutter(), createCutter()]
    client.on('data', (chunk) => {
      for (const bytes of asked(Buffer.from(chunk))) {
        frames.push({ connection, to: 'server', bytes })
        upstream.write(bytes)
      }
    })
    upstream.on('data', (chunk) => {
      for (const bytes of answered(Buffer.from(chunk))) {
        frames.push({ connection, to: 'us', bytes })
        client.write(bytes)
      }
    })
    upstream.on('error', () => undefined)
    upstream.on('close', () => client.end())
    client.on('close', () => upstream.destroy())
  })
}

/**
 * Answers as a recorded server did: its messages in their order, each when it has been asked for. Only
 * the numbers by which an answer finds its request are ours.
 */
export async function startReplay(recorded: readonly Frame[]): Promise<Standing> {
  const frames: Frame[] = []
  return stand(frames, (client, connection) => {
    const answers = answersOf(recorded.filter((one) => one.connection === connection))
    const waiting: { readonly service: string; readonly id: number; handle: number }[] = []
    const cut = createCutter()
    const answerAll = (): void => {
      for (;;) {
        const [next] = answers
        const found = waiting.findIndex(({ service }) => service === next?.service)
        const [request] = found === -1 ? [] : waiting.splice(found, 1)
        if (next === undefined || request === undefined) return
        answers.shift()
        const bytes = answerTo(next.bytes, request)
        frames.push({ connection, to: 'us', bytes })
        client.write(bytes)
      }
    }
    client.on('data', (chunk) => {
      for (const bytes of cut(Buffer.from(chunk))) {
        frames.push({ connection, to: 'server', bytes })
        const { service, requestAt, bodyAt } = readEnvelope(bytes)
        if (service === 'CLO') client.end()
        const id = requestAt === undefined ? 0 : Buffer.from(bytes).readUInt32LE(requestAt)
        const handle = requestAt === undefined ? 0 : handleOfRequest(bytes, bodyAt)
        waiting.push({ service, id, handle })
      }
      answerAll()
    })
  })
}

/** The answers of a connection, each with the service of its request. */
function answersOf(
  frames: readonly Frame[],
): { readonly service: string; readonly bytes: Uint8Array }[] {
  const services = new Map<number, string>()
  const answers: { service: string; bytes: Uint8Array }[] = []
  for (const { to, bytes } of frames) {
    const { service, requestAt } = readEnvelope(bytes)
    const id = requestAt === undefined ? 0 : Buffer.from(bytes).readUInt32LE(requestAt)
    if (to === 'server') services.set(id, service)
    else answers.push({ service: services.get(id) ?? service, bytes })
  }
  return answers
}

async function stand(
  frames: Frame[],
  serve: (client: Socket, connection: number) => void,
): Promise<Standing> {
  const sockets = new Set<Socket>()
  let made = 0
  const server: Server = createServer({ noDelay: true }, (client) => {
    sockets.add(client)
    client.on('close', () => sockets.delete(client))
    client.on('error', () => undefined)
    serve(client, made)
    made += 1
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    frames,
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
