import fastifyCookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import rateLimit from '@fastify/rate-limit'
import {
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from '@fastify/type-provider-zod'
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import { Problem } from '../domain/problem.ts'
import { guardRoutes } from './authorise.ts'
import { refuseBadBytes } from './bad-bytes.ts'
import { serveConsole } from './console-files.ts'
import { describeApi, showDocumentation } from './documentation.ts'
import { secureHeaders } from './headers.ts'
import { refusedAtDoor } from '../open311/plugin.ts'
import type { ApiParts } from './parts.ts'
import { notFound, replyProblem } from './problem-reply.ts'
import {
  createMultipartReader,
  registerMultipart,
  type MultipartReader,
} from './multipart.ts'
import { registerPhotoRoutes } from './photo-routes.ts'
import { reportRate } from './rate-limits.ts'
import { getFollowedPhoto } from './routes/get-followed-photo.ts'
import { getKnownPhoto } from './routes/get-known-photo.ts'
import {
  registerApiRoutes,
  registerServiceRoutes,
  registerStatusRoutes,
  type StatusParts,
} from './routes.ts'

/** A report of 2,000 characters fits 30 times. */
const BODY_BYTES = 256 * 1024
/** To hear a whole request. */
const REQUEST_MS = 30_000
/** A connection on which nothing moves; streams move every 10 s. */
const CONNECTION_MS = 60_000

/**
 * The HTTP server, ready to listen or to be injected. Rejects when a route lacks its permission.
 * Closing it ends the open streams and waits for the other requests.
 */
export async function createServer(parts: ApiParts): Promise<FastifyInstance> {
  const app = makeServer(parts)
  await secureHeaders(app, parts.baseUrl)
  await registerIntake(app, parts)
  await app.register(fastifyCookie)
  guardRoutes(app, parts)
  await app.register(rateLimit, { global: false, errorResponseBuilder: tooFast })
  await describeApi(app, parts.version)
  await app.register(
    async (scope) => registerApiRoutes(scope.withTypeProvider<ZodTypeProvider>(), parts),
    { prefix: '/api/v1' },
  )
  const photoParts = { ...parts, multipart: createMultipartReader() }
  await app.register((scope) => registerPhotoRoutes(scope, photoParts), {
    prefix: '/api/v1',
  })
  getFollowedPhoto(app.withTypeProvider<ZodTypeProvider>(), parts)
  getKnownPhoto(app.withTypeProvider<ZodTypeProvider>(), parts)
  registerServiceRoutes(app.withTypeProvider<ZodTypeProvider>(), parts)
  await showDocumentation(app)
  if (parts.consoleFolder !== undefined) await serveConsole(app, parts.consoleFolder)
  if (parts.open311 !== undefined) {
    await app.register(parts.open311.plugin, { prefix: parts.open311.prefix })
  }
  await registerCitizenPages(app, parts, photoParts.multipart)
  await app.ready()
  return app
}

/** The HTTP server of a process that serves nobody: health, readiness, counters, and who sends to us. */
export async function createStatusServer(
  parts: StatusParts & Pick<ApiParts, 'log' | 'random' | 'intakePlugin'>,
): Promise<FastifyInstance> {
  const app = makeServer({ ...parts, trustProxy: [] })
  await registerIntake(app, parts)
  registerStatusRoutes(app.withTypeProvider<ZodTypeProvider>(), parts)
  await app.ready()
  return app
}

function makeServer({
  log,
  random,
  trustProxy,
}: Pick<ApiParts, 'log' | 'random' | 'trustProxy'>): FastifyInstance {
  // Fastify knows less of a logger than pino does.
  const loggerInstance: FastifyBaseLogger = log
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES,
    requestTimeout: REQUEST_MS,
    connectionTimeout: CONNECTION_MS,
    clientErrorHandler: refuseBadBytes,
    // Addresses in a list, never a mere "yes": then anybody could write the address we count by.
    trustProxy: trustProxy.length > 0 && [...trustProxy],
    genReqId: () => Buffer.from(random.bytes(8)).toString('hex'),
    frameworkErrors: (error, request, reply) => {
      if (!refusedAtDoor(error, request, reply)) replyProblem(error, request, reply)
    },
    routerOptions: { maxParamLength: 200 },
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  // Bodies are JSON; a form is only read where citizens' pages are.
  app.removeContentTypeParser('text/plain')
  app.addHook('onRequest', dropWhoHungUp)
  app.setErrorHandler(replyProblem)
  app.setNotFoundHandler((request, reply) => replyProblem(notFound(), request, reply))
  return app
}

/**
 * Before the guards of what people use: they would refuse the bodies of programs, and who sends
 * readings is known by its token.
 */
async function registerIntake(
  app: FastifyInstance,
  { intakePlugin }: Pick<ApiParts, 'intakePlugin'>,
): Promise<void> {
  if (intakePlugin === undefined) return
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, ownGuard: true }
    })
    await scope.register(intakePlugin)
  })
}

/** Forms are read in this scope alone. */
async function registerCitizenPages(
  app: FastifyInstance,
  { citizenPlugin }: ApiParts,
  multipart: MultipartReader,
): Promise<void> {
  if (citizenPlugin === undefined) return
  await app.register(async (scope) => {
    await scope.register(formbody, { bodyLimit: BODY_BYTES })
    await registerMultipart(scope)
    await scope.register(citizenPlugin, {
      readForm: (request) => multipart.readKindly(request),
      formRate: reportRate,
    })
  })
}

/** Nothing is done for somebody who is gone: without an address no rate can be counted, either. */
async function dropWhoHungUp(
  { socket }: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  if (socket.destroyed || socket.remoteAddress === undefined) reply.hijack()
}

function tooFast(
  _request: unknown,
  context: { readonly max: number; readonly ttl: number },
) {
  return new Problem({
    kind: 'too_many',
    what: 'Too many requests of this kind from your address',
    why: `At most ${context.max} a minute are taken`,
    next: 'Wait a little and try again',
    facts: { retryAfterSeconds: Math.ceil(context.ttl / 1_000) },
  })
}
