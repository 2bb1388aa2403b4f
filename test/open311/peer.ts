import { once } from 'node:events'
import { createServer } from 'node:http'

/** What a partner's server was sent. */
export interface Received {
  readonly path: string
  readonly form: URLSearchParams
}

/** How it answers: status and body. */
export type Reply = (form: URLSearchParams, path: string) => readonly [number, string]

/** FixMyStreet's answer to an update that it has. */
export const exists =
  '<?xml version="1.0"?><errors><error><code>400</code>' +
  '<description>Bad request: already exists</description></error></errors>'

/** Somebody who takes forms, and answers as told. */
export async function openPeer(
  reply: Reply,
): Promise<AsyncDisposable & { readonly url: string; readonly received: Received[] }> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString())
      const path = request.url ?? ''
      received.push({ path, form })
      const [status, body] = reply(form, path)
      response.writeHead(status).end(body)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  return {
    url: `http://127.0.0.1:${port}/open311/v2/`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}
