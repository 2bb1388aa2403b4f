import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'

export interface StreamEvent {
  readonly event: string
  readonly id: string | undefined
  readonly data: Record<string, unknown>
}

/** A browser's side of an event stream over a real socket. */
export interface EventStream extends Disposable {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly events: readonly StreamEvent[]
  /** Resolves when an event fits; looks at those that came already, too. */
  until(fits: (event: StreamEvent) => boolean): Promise<StreamEvent>
  /** Resolves when so many comments came. */
  comments(count: number): Promise<number>
  /** Resolves when the connection is over. */
  readonly ended: Promise<void>
  /** Stops reading: the socket fills up. */
  pause(): void
  resume(): void
}

export async function openStream(
  app: FastifyInstance,
  headers: Record<string, string>,
  query = '',
  of = '/stream',
): Promise<EventStream> {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const path = `/api/v1${of}${query}`
  const call = request({ host: '127.0.0.1', port, path, headers, agent: false })
  const answer = await answered(call)
  const events: StreamEvent[] = []
  const waiting = new Set<() => void>()
  let comments = 0
  let rest = ''
  answer.setEncoding('utf8')
  answer.on('data', (text: string) => {
    const blocks = `${rest}${text}`.split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      if (block.startsWith(':')) comments += 1
      else events.push(parse(block))
    }
    for (const look of waiting) look()
  })
  const ended = new Promise<void>((resolve) => {
    answer.on('error', () => resolve())
    answer.on('close', () => resolve())
  })
  const when = <T>(found: () => T | undefined) =>
    new Promise<T>((resolve) => {
      const look = () => {
        const value = found()
        if (value === undefined) return
        waiting.delete(look)
        resolve(value)
      }
      waiting.add(look)
      look()
    })
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    events,
    ended,
    until: (fits) => when(() => events.find(fits)),
    comments: (count) => when(() => (comments >= count ? comments : undefined)),
    pause: () => void answer.pause(),
    resume: () => void answer.resume(),
    [Symbol.dispose]: () => void call.destroy(),
  }
}

function answered(call: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    call.on('response', resolve)
    call.on('error', reject)
    call.end()
  })
}

function parse(block: string): StreamEvent {
  const fields = new Map(
    block.split('\n').map((line) => {
      const colon = line.indexOf(': ')
      return [line.slice(0, colon), line.slice(colon + 2)] as const
    }),
  )
  return {
    event: fields.get('event') ?? '',
    id: fields.get('id'),
    data: JSON.parse(fields.get('data') ?? '{}') as Record<string, unknown>,
  }
}
