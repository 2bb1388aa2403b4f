import type {
  FastifyInstance,
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
} from 'fastify'
import type { FieldConnection } from '../../devices/field-device.ts'
import { LARGEST_BODY } from '../../devices/http/connection.ts'
import type { Clock } from '../../domain/clock.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import { Problem } from '../../domain/problem.ts'
import type { FieldAdapter } from '../adapter.ts'
import { bodyTooLarge, noRoom, readBody, unpacked } from './body.ts'
import { shownToken } from './credentials.ts'
import { queryOf, type Answer } from './delivery.ts'
import { countedAddress, Failures } from './failures.ts'
import { health, ping, query } from './formats/influx.ts'
import { httpLimits, type HttpLimits } from './limits.ts'
import { faceOf, named, rootRests } from './named.ts'
import { sendRefusal } from './refusals.ts'
import { Room, type Hold } from './room.ts'
import { Source } from './source.ts'
import { take } from './take.ts'

/** Longest body of a question that anybody may ask. */
const OPEN_BODY = 16 * 1024

/** Whether a token opens a connection. */
export type SourceLogin = (shown: {
  readonly organisation: string
  readonly connection: string
  readonly token: string
}) => Promise<boolean>

export interface HttpIntakeParts {
  readonly login: SourceLogin
  readonly clock: Clock
  readonly limits?: Partial<HttpLimits>
}

/** Everything that others send to us over HTTP: one door for all connections. */
export interface HttpIntake {
  /**
   * The routes, for a Fastify server. They read bodies by themselves and let nobody in without a
   * token, so they need no other guard in front of them.
   */
  readonly plugin: FastifyPluginAsync
  /**
   * A configured connection behind the door; open between its start and its disposal. Throws for a
   * connection of another protocol.
   */
  connection(organisation: OrganisationId, connection: FieldConnection): FieldAdapter
}

/** A request that was let in. */
interface Admission {
  readonly source: Source
  readonly rest: string
  readonly query: ReadonlyMap<string, string>
  readonly hold: Hold
  /** The handler has it, and gives the hold back. */
  handled: boolean
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set where a sender has been let in. */
    admission: Admission | null
  }
}

export function createHttpIntake({
  login,
  clock,
  limits: given,
}: HttpIntakeParts): HttpIntake {
  const limits = { ...httpLimits, ...given }
  const sources = new Map<string, Source>()
  const door = new Door({ login, clock, limits, sources })

  return {
    plugin: async (app) => {
      await app.register(async (open) => openRoutes(open))
      await app.register(async (guarded) => guardedRoutes(guarded, door))
    },
    connection(organisation, connection) {
      const key = keyOf(organisation, connection.name)
      const source = new Source(organisation, connection, (left) => {
        if (sources.get(key) === left) sources.delete(key)
      })
      sources.set(key, source)
      return source
    },
  }
}

/** What clients of InfluxDB ask before they show who they are; it tells nothing. */
function openRoutes(app: FastifyInstance): void {
  app.setErrorHandler((error, _request, reply) => sendRefusal(error, reply, 'influx1'))
  app.removeAllContentTypeParsers()
  const small = { parseAs: 'buffer', bodyLimit: OPEN_BODY } as const
  app.addContentTypeParser('*', small, (_request, body, done) => done(null, body))
  app.get('/ping', (_request, reply) => send(reply, ping))
  app.get('/health', (_request, reply) => send(reply, health))
  app.route({
    method: ['GET', 'POST'],
    url: '/query',
    handler: (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const { headers } = request
      return send(reply, query({ query: queryOf(request.query), headers, body }))
    },
  })
}

/** Nobody gets past the door without a token. Bodies are read by us alone, refusals told in the sender's words. */
function guardedRoutes(app: FastifyInstance, door: Door): void {
  app.decorateRequest('admission', null)
  app.removeAllContentTypeParsers()
  // We bound what we read ourselves, by what the connection takes.
  app.addContentTypeParser(
    '*',
    { bodyLimit: LARGEST_BODY },
    (request: FastifyRequest, payload: NodeJS.ReadableStream) =>
      door.read(request, payload),
  )
  app.addHook('onRequest', (request, reply) => door.admit(request, reply))
  app.setErrorHandler((error, request, reply) => {
    sendRefusal(error, reply, faceOf(request, request.admission?.source))
  })
  const handler = (request: FastifyRequest, reply: FastifyReply): Promise<void> =>
    door.handle(request, reply)
  const base = '/ingest/v1/:organisation/:connection'
  const method = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
  for (const url of [base, `${base}/*`]) app.route({ method, url, handler })
  for (const rest of rootRests) app.route({ method: 'POST', url: `/${rest}`, handler })
}

interface DoorParts {
  readonly login: SourceLogin
  readonly clock: Clock
  readonly limits: HttpLimits
  readonly sources: ReadonlyMap<string, Source>
}

/** Lets senders in, reads what they bring and hands it on. */
class Door {
  readonly #parts: DoorParts
  readonly #room: Room
  readonly #byAddress: Failures
  readonly #byBoth: Failures

  constructor(parts: DoorParts) {
    const { pendingBytes, pendingBytesEach, addresses, failures, failuresEach } =
      parts.limits
    this.#parts = parts
    this.#room = new Room({ all: pendingBytes, each: pendingBytesEach })
    this.#byAddress = new Failures(parts.clock, { most: failures, names: addresses })
    this.#byBoth = new Failures(parts.clock, { most: failuresEach, names: addresses })
  }

  /** Before the body: whose it is, whether the token is right, and whether there is room. */
  async admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const query = queryOf(request.query)
    const shown = shownToken(request.headers.authorization, query)
    const { organisation, connection, rest } = named(request, query, shown)
    const key = keyOf(organisation, connection)
    const address = countedAddress(request.ip)
    const both = `${address} ${key.slice(0, 130)}`
    if (this.#byAddress.tooMany(address) || this.#byBoth.tooMany(both))
      throw tooManyFailures()
    const token = shown?.token ?? ''
    const opens = await this.#parts.login({ organisation, connection, token })
    const source = this.#parts.sources.get(key)
    if (!opens) {
      this.#byAddress.note(address)
      this.#byBoth.note(both)
      source?.refuse('bad_credentials', `a wrong token, or none, from ${address}`)
      throw wrongToken()
    }
    if (source?.context === undefined) throw notListening()
    const hold = this.#room.hold(key)
    const admission: Admission = { source, rest, query, hold, handled: false }
    request.admission = admission
    // A sender that leaves before its body is whole never reaches the handler.
    reply.raw.once('close', () => {
      if (!admission.handled) hold.release()
    })
    const length = Number(request.headers['content-length'] ?? 0)
    const { maxBody } = source.settings
    if (length > maxBody) throw bodyTooLarge(maxBody)
    if (!hold.set(length)) throw noRoom()
  }

  /** The body as it came, within what the connection takes. */
  async read(request: FastifyRequest, payload: NodeJS.ReadableStream): Promise<Buffer> {
    const { admission } = request
    if (admission === null) return Buffer.alloc(0)
    return readBody(payload, admission.source.settings.maxBody, admission.hold)
  }

  /** Answers only after everything it says is stored is durable. */
  async handle(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { admission } = request
    if (admission === null) throw wrongToken()
    const { source, rest, query, hold } = admission
    admission.handled = true
    try {
      const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const most = source.settings.maxBody
      const body = await unpacked(raw, request.headers, { most, hold })
      const { method, headers } = request
      const ingest = this.#parts.clock.now()
      const delivery = { method, rest, query, headers, body, ingest }
      await send(reply, await take(delivery, source, this.#parts.limits))
    } finally {
      hold.release()
    }
  }
}

async function send(reply: FastifyReply, { status, body, headers }: Answer): Promise<void> {
  void reply.code(status).headers(headers ?? {})
  if (body === undefined) await reply.send()
  else await reply.type('application/json').send(JSON.stringify(body))
}

function keyOf(organisation: string, connection: string): string {
  return `${organisation}/${connection}`
}

/** Never says which of organisation, connection and token it was. */
function wrongToken(): Problem {
  return new Problem({
    kind: 'unauthenticated',
    what: 'Organisation, connection and token do not belong together; nothing was stored',
    where: 'header authorization',
    next: 'Send Authorization: Bearer TOKEN (or Token, Basic, ?p=) with a token of this connection',
  })
}

function tooManyFailures(): Problem {
  return new Problem({
    kind: 'too_many',
    what: 'Too many wrong tokens came from this address; nothing was stored',
    next: 'Correct the token and send it again in a minute',
    facts: { retryAfterSeconds: 60 },
  })
}

function notListening(): Problem {
  return new Problem({
    kind: 'unavailable',
    what: 'The connection takes nothing now; nothing was stored',
    why: 'It is starting, or not among those of the configuration in force',
    next: 'Send it again in 10 s',
    facts: { retryAfterSeconds: 10 },
  })
}
