import formbody from '@fastify/formbody'
import Fastify, { type FastifyInstance } from 'fastify'
import { readOrganisation } from '../../src/cases/organisation.ts'
import { citizenRoutes } from '../../src/citizen/routes.ts'
import { createFeedback } from '../../src/feedback/create-feedback.ts'
import { catalogue, countedRandom, openTown, type Town } from '../cases/town.ts'
import { parsePage, type Element } from './markup.ts'

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
  /** Parsed strictly; empty for a redirection. */
  readonly page: Element
}

export interface Site extends AsyncDisposable {
  readonly town: Town
  readonly app: FastifyInstance
  get(url: string, headers?: Record<string, string>): Promise<Answer>
  post(url: string, fields: Record<string, string>): Promise<Answer>
}

/** The citizen pages over a real database, without a socket. */
export async function openSite(): Promise<Site> {
  const town = await openTown()
  const app = Fastify()
  await app.register(formbody)
  await app.register(
    citizenRoutes({
      cases: town.cases,
      feedback: createFeedback({
        database: town.database,
        clock: town.clock,
        random: countedRandom(),
        personal: town.personal,
        append: town.cases.append,
        cases: town.cases,
      }),
      catalogue: async () => catalogue,
      organisation: (id) => readOrganisation(town.database, id),
      clock: town.clock,
      random: countedRandom(),
    }),
  )
  return {
    town,
    app,
    get: async (url, headers = {}) =>
      answer(await app.inject({ method: 'GET', url, headers })),
    post: async (url, fields) =>
      answer(
        await app.inject({
          method: 'POST',
          url,
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          payload: new URLSearchParams(fields).toString(),
        }),
      ),
    async [Symbol.asyncDispose]() {
      await app.close()
      await town[Symbol.asyncDispose]()
    },
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
