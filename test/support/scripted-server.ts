import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'

export interface HeardRequest {
  readonly path: string
  readonly body: string
}

/** An HTTP server that answers as a test tells it, and remembers what it heard. */
export interface ScriptedServer extends AsyncDisposable {
  readonly url: string
  readonly heard: HeardRequest[]
  /** Resolves when it has heard so many requests. */
  hearing(count: number): Promise<void>
}

/** Starts it; `answer` may also leave a request without an answer. */
export async function startScriptedServer(
  answer: (request: HeardRequest, response: ServerResponse) => void,
): Promise<ScriptedServer> {
  const heard: HeardRequest[] = []
  const waiting = new Set<() => void>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const one = { path: request.url ?? '', body: Buffer.concat(chunks).toString() }
      heard.push(one)
      for (const look of waiting) look()
      answer(one, response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    heard,
    async hearing(count) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const look = (): void => {
        if (heard.length >= count) resolve()
      }
      waiting.add(look)
      look()
      await promise
      waiting.delete(look)
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
