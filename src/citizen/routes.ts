import { readFile } from 'node:fs/promises'
import type {
  FastifyInstance,
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
} from 'fastify'
import { z } from 'zod'
import { publicAsset, publicCategories, type CaseCatalogue } from '../cases/catalogue.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { doorOf } from './door.ts'
import { embedRoutes } from './embed-routes.ts'
import { followRoutes } from './follow-routes.ts'
import { oneClickRoutes } from './one-click.ts'
import { choosePage, formPage } from './form-page.ts'
import { assetId, chosenCategory, formValues, type FormValues } from './form.ts'
import { address, type PageContext } from './layout.ts'
import { assetPage } from './pages/asset.ts'
import type { KnownCase } from './pages/known.ts'
import { startPage } from './pages/start.ts'
import { ownParts, type CitizenOptions, type CitizenParts, type OwnParts } from './parts.ts'
import {
  anything,
  config,
  contextOf,
  formOptions,
  newKey,
  notFound,
  refusalsAsPages,
  send,
} from './requests.ts'
import { sendReport } from './send-report.ts'
import { sentForm } from './uploads.ts'

/** Pages for citizens. They need no account, no script and no cookie. */
export function citizenRoutes(given: CitizenParts): FastifyPluginAsync<CitizenOptions> {
  return async (app, options) => {
    const parts = ownParts(given, options)
    const style = await readFile(new URL('citizen.css', import.meta.url), 'utf8')
    app.get('/citizen.css', { config }, (_request, reply) =>
      reply
        .type('text/css; charset=utf-8')
        .header('cache-control', 'public, max-age=3600')
        .send(style),
    )
    await embedRoutes(app)
    refusalsAsPages(app)
    startRoutes(app, parts)
    assetRoutes(app, parts)
    reportRoutes(app, parts)
    followRoutes(app, parts)
    oneClickRoutes(app, parts)
  }
}

function startRoutes(app: FastifyInstance, parts: OwnParts): void {
  app.get('/:organisation', { config }, async (request, reply) => {
    const page = await contextOf(parts, { request, reply })
    if (page === undefined) return notFound(request, reply)
    const categories = publicCategories(await parts.catalogue(page.organisation.id))
    return send(reply, startPage(page, { categories, notices: await general(parts, page) }))
  })
  // The number somebody typed on the start page.
  app.get('/:organisation/a', { config }, async (request, reply) => {
    const page = await contextOf(parts, { request, reply })
    if (page === undefined) return notFound(request, reply)
    const catalogue = await parts.catalogue(page.organisation.id)
    const { asset: typed } = formValues(request.query)
    const asset = assetId(typed)
    if (publicAsset(catalogue, asset) !== undefined) {
      return reply.redirect(address(page, `/a/${asset}`), 303)
    }
    const categories = publicCategories(catalogue)
    const notices = await general(parts, page)
    return send(reply.code(404), startPage(page, { categories, notices, unknown: typed }))
  })
}

/** What everybody is told, whatever it is about. */
async function general({ notices }: OwnParts, { organisation }: PageContext) {
  return (await notices?.answering(organisation.id, {})) ?? []
}

function assetRoutes(app: FastifyInstance, parts: OwnParts): void {
  app.get('/:organisation/a/:asset', { config }, (request, reply) =>
    showAsset(parts, request, reply),
  )
  // The code of a sign: what it hangs on, or else the form, which says where it came from.
  app.get('/:organisation/r/:code', { config }, async (request, reply) => {
    const page = await contextOf(parts, { request, reply })
    if (page === undefined) return notFound(request, reply)
    const code = param(request, 'code')
    const asset = publicAsset(await parts.catalogue(page.organisation.id), assetId(code))
    const path = asset === undefined ? '/report' : `/a/${assetId(code)}`
    return reply.redirect(address({ ...page, door: doorOf({ qr: code }) }, path), 303)
  })
}

async function showAsset(
  parts: OwnParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const page = await contextOf(parts, { request, reply })
  if (page === undefined) return notFound(request, reply)
  const organisation = page.organisation.id
  const id = assetId(param(request, 'asset'))
  const asset = publicAsset(await parts.catalogue(organisation), id)
  if (asset === undefined) return notFound(request, reply, page)
  const open = await parts.cases.knownAt(organisation, id)
  const known = await Promise.all(open.map((view) => withShown(parts, organisation, view)))
  const notices = (await parts.notices?.answering(organisation, { asset: id })) ?? []
  return send(reply, assetPage(page, { id, asset, known, notices }))
}

/** With what people sent with it, as far as everybody may see that. */
async function withShown(
  { shown }: OwnParts,
  organisation: OrganisationId,
  view: Awaited<ReturnType<OwnParts['cases']['knownAt']>>[number],
): Promise<KnownCase> {
  const found = await shown?.(organisation, view.id, 'everybody')
  return { ...view, ...(found !== undefined && { shown: found }) }
}

function param({ params }: FastifyRequest, name: string): string {
  return z.string().catch('').parse(anything.parse(params)[name])
}

function reportRoutes(app: FastifyInstance, parts: OwnParts): void {
  const url = '/:organisation/report'
  app.get(url, { config }, (request, reply) => showForm(parts, request, reply))
  app.post(url, formOptions(parts), async (request, reply) => {
    // Nobody's photos are heard out for an organisation that is not here.
    if ((await contextOf(parts, { request, reply })) === undefined)
      return notFound(request, reply)
    const sent = await sentForm(request, parts.readForm)
    const page = await contextOf(parts, { request, reply }, sent)
    if (page === undefined) return notFound(request, reply)
    const answer = await sendReport(parts, page, sent)
    if (answer.kind === 'elsewhere') return reply.redirect(answer.to, 303)
    return send(reply.code(answer.kind === 'refused' ? 422 : 200), answer.page)
  })
}

async function showForm(
  parts: OwnParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const page = await contextOf(parts, { request, reply })
  if (page === undefined) return notFound(request, reply)
  const catalogue = await parts.catalogue(page.organisation.id)
  const values = prefilled(catalogue, page, request.query)
  const asset = publicAsset(catalogue, assetId(values.asset))
  const follow = asset !== undefined && anything.parse(request.query)['follow'] === '1'
  if (chosenCategory(catalogue, values) === undefined && !follow) {
    return send(reply, await choosePage(parts, page, values))
  }
  const form = await formPage(parts, page, {
    values: { ...values, key: newKey(parts) },
    typed: new Map(),
    photos: parts.photos && !follow ? { ids: [], wrong: [] } : undefined,
    wrong: [],
    answers: new Map(),
    follow,
    choosing: false,
  })
  return send(reply, form)
}

/** What the address says; a sign whose code is the number of an asset says which. */
function prefilled(
  catalogue: CaseCatalogue,
  { door }: PageContext,
  query: unknown,
): FormValues {
  const values = formValues(query)
  const code = door.code ?? ''
  const isNumber = publicAsset(catalogue, assetId(code)) !== undefined
  return values.asset === '' && isNumber ? { ...values, asset: code } : values
}
