import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'

/**
 * What stands in for an InfluxDB 2 where none is to be had: takes `/api/v2/write` with a token and
 * hands the very bytes to `/write` of an InfluxDB 1.x, and `/query` to `/query`, where version 2
 * offers the same InfluxQL. What a bucket or a token may do is not part of it.
 */
export interface Influx2Relay extends AsyncDisposable {
  readonly url: string
}

/** Starts it before the InfluxDB 1.x at `target`; buckets are its databases, made when first written. */
export async function startInflux2Relay(
  target: string,
  token: string,
): Promise<Influx2Relay> {
  const known = new Set<string>()
  const server = createServer((request, response) => {
    relay(request, response).catch((error: unknown) => {
      response.writeHead(502).end(String(error))
    })
  })
  async function relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request)
    if (request.headers.authorization !== `Token ${token}`) {
      sendJson(response, 401, { code: 'unauthorized', message: 'unauthorized access' })
      return
    }
    const { pathname, searchParams } = new URL(request.url ?? '/', target)
    const bucket =
      searchParams.get('bucket') ?? new URLSearchParams(body.toString()).get('db')
    await createOnce(bucket ?? '')
    const answer =
      pathname === '/api/v2/write'
        ? await fetch(`${target}/write?db=${bucket}&precision=${precision(searchParams)}`, {
            method: 'POST',
            body,
          })
        : await fetch(`${target}${pathname}`, {
            method: 'POST',
            body,
            headers: { 'content-type': request.headers['content-type'] ?? '' },
          })
    const type = answer.headers.get('content-type') ?? 'application/json'
    response.writeHead(answer.status, { 'content-type': type })
    response.end(Buffer.from(await answer.arrayBuffer()))
  }
  async function createOnce(bucket: string): Promise<void> {
    if (known.has(bucket)) return
    const form = new URLSearchParams({ q: `CREATE DATABASE "${bucket}"` })
    await (await fetch(`${target}/query`, { method: 'POST', body: form })).json()
    known.add(bucket)
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** Version 2 says `us` where version 1 says `u`. */
function precision(search: URLSearchParams): string {
  const asked = search.get('precision') ?? 'ns'
  return asked === 'us' ? 'u' : asked
}

async function bodyOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
