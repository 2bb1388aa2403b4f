import formbody from '@fastify/formbody'
import {
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from '@fastify/type-provider-zod'
import Fastify, { type FastifyInstance } from 'fastify'
import { secureHeaders } from '../../src/api/headers.ts'
import { createMultipartReader, registerMultipart } from '../../src/api/multipart.ts'
import { replyProblem } from '../../src/api/problem-reply.ts'
import { getFollowedPhoto } from '../../src/api/routes/get-followed-photo.ts'
import { getKnownPhoto } from '../../src/api/routes/get-known-photo.ts'
import type { CaseCatalogue } from '../../src/cases/catalogue.ts'
import { readOrganisation } from '../../src/cases/organisation.ts'
import { citizenRoutes } from '../../src/citizen/routes.ts'
import { createSentBefore } from '../../src/citizen/sent-before.ts'
import { createShown } from '../../src/citizen/shown.ts'
import { systemClock } from '../../src/clock.ts'
import { createFeedback } from '../../src/feedback/create-feedback.ts'
import { createNotices, type Notices } from '../../src/notices/notices.ts'
import { createPhotos, type PhotoService } from '../../src/photos/create-photos.ts'
import { catalogue as usual, countedRandom, openTown, type Town } from '../cases/town.ts'
import { openTestDatabase } from '../support/database.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { parsePage, type Element } from './markup.ts'

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
  /** Parsed strictly; empty for a redirection. */
  readonly page: Element
}

/** A file of a form: its bytes, under the name of its field. */
export type FormFile = readonly [field: string, bytes: Uint8Array]

export interface Site extends AsyncDisposable {
  readonly town: Town
  readonly notices: Notices
  readonly photos: PhotoService
  readonly app: FastifyInstance
  get(url: string, headers?: Record<string, string>): Promise<Answer>
  /** As a browser sends a form; with files as multipart. */
  post(
    url: string,
    fields: Record<string, string>,
    files?: readonly FormFile[],
  ): Promise<Answer>
}

/** The citizen pages over a real database, without a socket. */
export async function openSite(
  given: {
    readonly catalogue?: CaseCatalogue & { readonly embeddedBy?: readonly string[] }
  } = {},
): Promise<Site> {
  await using opening = new AsyncDisposableStack()
  const known = given.catalogue ?? usual
  const clock = createManualClock()
  const database = opening.use(await openTestDatabase(clock))
  const folder = opening.use(await temporaryFolder())
  const random = countedRandom()
  const photos = opening.use(
    createPhotos({ database, folder: folder.path, clock, realTime: systemClock, random }),
  )
  const town = await openTown({ database, clock, catalogue: known, photos })
  const notices = createNotices({
    database,
    clock,
    random,
    world: async () => ({ assets: known.assets, isIn: () => false }),
  })
  const app = Fastify()
  opening.defer(() => app.close())
  app.setErrorHandler(replyProblem)
  await secureHeaders(app, 'https://vakt.example')
  await app.register(formbody)
  await registerMultipart(app)
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  const api = app.withTypeProvider<ZodTypeProvider>()
  getFollowedPhoto(api, { photos, cases: town.cases, database })
  getKnownPhoto(api, { photos, cases: town.cases, database })
  const reader = createMultipartReader()
  const plugin = citizenRoutes({
    cases: town.cases,
    feedback: createFeedback({
      database,
      clock,
      random,
      personal: town.personal,
      append: town.cases.append,
      cases: town.cases,
    }),
    catalogue: async () => known,
    organisation: (id) => readOrganisation(database, id),
    notices,
    photos,
    shown: createShown({ database, photos }),
    sentBefore: createSentBefore({ database }),
    clock,
    random,
  })
  await app.register(plugin, { readForm: (request) => reader.readKindly(request) })
  const all = opening.move()
  return {
    town,
    notices,
    photos,
    app,
    get: async (url, headers = {}) =>
      answer(await app.inject({ method: 'GET', url, headers })),
    post: async (url, fields, files) =>
      answer(await app.inject({ method: 'POST', url, ...bodyOf(fields, files) })),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

const boundary = 'form-of-a-browser'

function bodyOf(fields: Record<string, string>, files: readonly FormFile[] | undefined) {
  if (files === undefined) {
    return {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(fields).toString(),
    }
  }
  const head = (rest: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; ${rest}\r\n\r\n`
  const parts = [
    ...Object.entries(fields).map(([name, value]) =>
      Buffer.from(`${head(`name="${name}"`)}${value}\r\n`),
    ),
    ...files.flatMap(([name, bytes]) => [
      Buffer.from(head(`name="${name}"; filename="a.jpg"\r\ncontent-type: image/jpeg`)),
      bytes,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ]
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: Buffer.concat(parts),
  }
}

function answer(response: {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}): Answer {
  return {
    status: response.statusCode,
    headers: response.headers,
    body: response.body,
    page: parsePage(response.body),
  }
}
