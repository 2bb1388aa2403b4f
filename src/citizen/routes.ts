import { readFile } from 'node:fs/promises'
import type {
  FastifyInstance,
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
} from 'fastify'
import { z } from 'zod'
import { publicAsset, publicCategories, type CaseCatalogue } from '../cases/catalogue.ts'
import type { Cases } from '../cases/cases.ts'
import type { OrganisationFacts } from '../cases/organisation.ts'
import type { Clock, Random } from '../domain/clock.ts'
import { organisationId, type OrganisationId } from '../domain/ids.ts'
import type { Feedback } from '../feedback/create-feedback.ts'
import { followRoutes } from './follow-routes.ts'
import { assetId, formValues } from './form.ts'
import { chooseLanguage } from './language.ts'
import { pageAddress, type PageContext } from './layout.ts'
import { assetPage } from './pages/asset.ts'
import { notFoundPage } from './pages/not-found.ts'
import { reportPage } from './pages/report.ts'
import { startPage } from './pages/start.ts'
import { sendReport } from './send-report.ts'

export interface CitizenParts {
  readonly cases: Pick<
    Cases,
    'report' | 'follow' | 'follower' | 'followUp' | 'get' | 'move' | 'knownAt'
  >
  readonly feedback: Feedback
  readonly catalogue: (organisation: OrganisationId) => Promise<CaseCatalogue>
  /** Undefined for one that is not here. */
  readonly organisation: (id: OrganisationId) => Promise<OrganisationFacts | undefined>
  readonly clock: Clock
  readonly random: Random
}

/** Most bytes of a form: every field at its longest, and room to spare. */
const FORM_BYTES = 64 * 1_024

const config = { permission: 'citizen.page' } as const

const anything = z.record(z.string(), z.unknown()).catch({})

/** Pages for citizens. They need no account, no script and no cookie. */
export function citizenRoutes(parts: CitizenParts): FastifyPluginAsync {
  return async (app) => {
    const style = await readFile(new URL('citizen.css', import.meta.url), 'utf8')
    app.get('/citizen.css', { config }, (_request, reply) =>
      reply
        .type('text/css; charset=utf-8')
        .header('cache-control', 'public, max-age=3600')
        .send(style),
    )
    startRoutes(app, parts)
    app.get('/:organisation/a/:asset', { config }, (request, reply) =>
      showAsset(parts, request, reply),
    )
    app.get('/:organisation/report', { config }, (request, reply) =>
      showForm(parts, request, reply),
    )
    app.post(
      '/:organisation/report',
      { config, bodyLimit: FORM_BYTES },
      async (request, reply) => {
        const page = await contextOf(parts, request)
        if (page === undefined) return notFound(request, reply)
        const answer = await sendReport(parts, page, request.body)
        if (answer.kind === 'elsewhere') return reply.redirect(answer.to, 303)
        return send(reply.code(answer.kind === 'refused' ? 422 : 200), answer.page)
      },
    )
    followRoutes(app, parts, {
      async context(request, id) {
        const organisation = await parts.organisation(id)
        return organisation && framed(parts, request, organisation)
      },
      notFound: (request, reply) => notFound(request, reply),
      send,
      newKey: () => newKey(parts),
    })
  }
}

function startRoutes(app: FastifyInstance, parts: CitizenParts): void {
  app.get('/:organisation', { config }, async (request, reply) => {
    const page = await contextOf(parts, request)
    if (page === undefined) return notFound(request, reply)
    const categories = publicCategories(await parts.catalogue(page.organisation.id))
    return send(reply, startPage(page, { categories }))
  })
  // The number somebody typed on the start page.
  app.get('/:organisation/a', { config }, async (request, reply) => {
    const page = await contextOf(parts, request)
    if (page === undefined) return notFound(request, reply)
    const { id } = page.organisation
    const catalogue = await parts.catalogue(id)
    const { asset: typed } = formValues(request.query)
    const asset = assetId(typed)
    if (publicAsset(catalogue, asset) !== undefined) {
      const to = pageAddress(`/${id}/a/${asset}`, { lang: page.language })
      return reply.redirect(to, 303)
    }
    const categories = publicCategories(catalogue)
    return send(reply.code(404), startPage(page, { categories, unknown: typed }))
  })
}

async function showAsset(
  parts: CitizenParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const page = await contextOf(parts, request)
  if (page === undefined) return notFound(request, reply)
  const organisation = page.organisation.id
  const id = assetId(z.string().catch('').parse(anything.parse(request.params)['asset']))
  const asset = publicAsset(await parts.catalogue(organisation), id)
  if (asset === undefined) return notFound(request, reply, page)
  const known = await parts.cases.knownAt(organisation, id)
  return send(reply, assetPage(page, { id, asset, known }))
}

async function showForm(
  parts: CitizenParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const page = await contextOf(parts, request)
  if (page === undefined) return notFound(request, reply)
  const values = formValues(request.query)
  const catalogue = await parts.catalogue(page.organisation.id)
  const asset = publicAsset(catalogue, assetId(values.asset))
  const follow = asset !== undefined && anything.parse(request.query)['follow'] === '1'
  return send(
    reply,
    reportPage(page, {
      categories: publicCategories(catalogue, asset?.type),
      values: { ...values, key: newKey(parts) },
      wrong: [],
      follow,
    }),
  )
}

/** Sent twice by a double click, the form is one report. */
function newKey({ random }: CitizenParts): string {
  return Buffer.from(random.bytes(16)).toString('base64url')
}

/** Undefined when the organisation of the address is not here. */
async function contextOf(
  parts: CitizenParts,
  request: FastifyRequest,
): Promise<PageContext | undefined> {
  const id = organisationId.safeParse(anything.parse(request.params)['organisation'])
  const organisation = id.success ? await parts.organisation(id.data) : undefined
  return organisation === undefined ? undefined : framed(parts, request, organisation)
}

function framed(
  { clock }: CitizenParts,
  request: FastifyRequest,
  organisation: OrganisationFacts,
): PageContext {
  return {
    organisation,
    language: languageOf(request),
    now: clock.now(),
    // What was typed would be lost on the way to another language.
    ...(request.method === 'GET' && { switchTo: switchTo(request) }),
  }
}

function languageOf(request: FastifyRequest): PageContext['language'] {
  const { query, body, method } = request
  const chosen = {
    ...anything.parse(query),
    ...(method === 'GET' ? {} : anything.parse(body)),
  }
  return chooseLanguage(chosen['lang'], request.headers['accept-language'])
}

function switchTo(request: FastifyRequest): NonNullable<PageContext['switchTo']> {
  const { pathname, searchParams } = new URL(request.url, 'http://here')
  const query = Object.fromEntries(searchParams)
  return (lang) => pageAddress(pathname, { ...query, lang })
}

function notFound(
  request: FastifyRequest,
  reply: FastifyReply,
  page?: PageContext,
): FastifyReply {
  const frame = page ?? { language: languageOf(request), organisation: null }
  return send(reply.code(404), notFoundPage(frame))
}

/** Nothing is kept on the way: pages may carry what somebody typed, or a secret link. */
function send(reply: FastifyReply, page: string): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('vary', 'accept-language')
    .send(page)
}
