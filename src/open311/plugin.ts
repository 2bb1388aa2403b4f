import multipart from '@fastify/multipart'
import type {
  FastifyInstance,
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
} from 'fastify'
import { Problem } from '../domain/problem.ts'
import { Door, type DoorParts } from './door.ts'
import { PHOTO_BYTES } from './media.ts'
import { refusalOf } from './refusals.ts'
import { open311Prefix, suffixOf, type Suffix } from './suffix.ts'
import { writeXml, type Said } from './xml.ts'

export { open311Prefix }

/** A form without parts: its pictures, about 3 MB of them, stand in it as `data:` addresses. */
const FORM_BYTES = 4 * 1024 * 1024

/** The routes guard themselves by the keys of clients; people's guard lets them be. */
const config = { ownGuard: true, permission: 'citizen.page' } as const

/**
 * Open311 GeoReport v2 with FixMyStreet's request updates, for a Fastify server at `/open311/v2`.
 * Everything below the prefix answers in the words of the contract, refusals too.
 */
export function open311Routes(parts: DoorParts): FastifyPluginAsync {
  const door = new Door(parts)
  return async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'buffer', bodyLimit: FORM_BYTES },
      (_request, body, done) => done(null, body),
    )
    await app.register(multipart, {
      limits: {
        fileSize: PHOTO_BYTES,
        files: 20,
        fields: 200,
        fieldSize: 64 * 1024,
        fieldNameSize: 200,
        headerPairs: 50,
      },
    })
    app.setErrorHandler((error, request, reply) => refuse(error, request, reply))
    app.setNotFoundHandler((request, reply) => refuse(nothing(), request, reply))
    routes(app, door)
  }
}

function routes(app: FastifyInstance, door: Door): void {
  const method = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
  const handler = (request: FastifyRequest, reply: FastifyReply): Promise<void> =>
    handle(door, request, reply)
  for (const url of ['/', '/*']) app.route({ method: [...method], url, config, handler })
  app.route<{ Params: Record<'jurisdiction' | 'id', string> }>({
    method: 'GET',
    url: '/media/:jurisdiction/:id.jpeg',
    config,
    handler: async (request, reply) => {
      const picture = await door.photo(request, request.params)
      await headed(request, reply).type('image/jpeg').send(Buffer.from(picture))
    },
  })
}

/**
 * Answers what a server refuses before any route of it was found, such as an address that cannot be
 * read; false for what is not below the prefix.
 */
export function refusedAtDoor(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): boolean {
  const [path = ''] = request.url.split('?', 1)
  if (path !== open311Prefix && !path.startsWith(`${open311Prefix}/`)) return false
  void refuse(error, request, reply)
  return true
}

async function handle(
  door: Door,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const asked = suffixOf(request.url, open311Prefix)
  const { suffix } = asked
  if (suffix === undefined) {
    await headed(request, reply.code(404))
      .type('text/plain; charset=utf-8')
      .send('Addresses end in .xml or .json here\n')
    return
  }
  const { root, said } = await door.answer(request, asked)
  await send(request, reply, { root, said, suffix })
}

interface Sending {
  readonly root: string
  readonly said: Said
  readonly suffix: Suffix
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { root, said, suffix }: Sending,
): Promise<void> {
  const [type, body] =
    suffix === 'xml'
      ? ['text/xml; charset=utf-8', writeXml(root, said)]
      : ['application/json; charset=utf-8', JSON.stringify(said)]
  // As bytes: the server shall not write it once more.
  await headed(request, reply).header('content-type', type).send(Buffer.from(body))
}

function headed(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (request.method === 'GET' || request.method === 'HEAD') {
    void reply
      .header('access-control-allow-origin', '*')
      .header('cross-origin-resource-policy', 'cross-origin')
  }
  return reply.header('cache-control', 'no-store')
}

async function refuse(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { status, description, retryAfter } = refusalOf(error, request.log)
  void reply.code(status)
  if (retryAfter !== undefined) void reply.header('retry-after', String(retryAfter))
  const { suffix = 'xml' } = suffixOf(request.url, open311Prefix)
  await send(request, reply, {
    root: 'errors',
    said: [{ code: status, description }],
    suffix,
  })
}

function nothing(): Problem {
  return new Problem({ kind: 'not_found', what: 'There is nothing at this address' })
}
