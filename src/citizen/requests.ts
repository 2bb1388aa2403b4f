import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { organisationId, type OrganisationId } from '../domain/ids.ts'
import { doorOf } from './door.ts'
import { chooseLanguage } from './language.ts'
import { pageAddress, type PageContext } from './layout.ts'
import { notFoundPage } from './pages/not-found.ts'
import { refusalPage } from './pages/refusal.ts'
import type { OwnParts } from './parts.ts'
import type { SentForm } from './uploads.ts'

/** Most bytes of a form, photos apart: every field at its longest, and room to spare. */
const FORM_BYTES = 64 * 1_024

/** What every route of the pages needs. */
export const config = { permission: 'citizen.page' } as const

/** Whatever came, as a record of what is not looked at yet. */
export const anything = z.record(z.string(), z.unknown()).catch({})

/** What a route needs that takes a form. */
export function formOptions({ formRate }: OwnParts) {
  return {
    config: { ...config, ...(formRate !== undefined && { rateLimit: formRate }) },
    bodyLimit: FORM_BYTES,
  }
}

/** Sent twice by a double click, a form is one. */
export function newKey({ random }: OwnParts): string {
  return Buffer.from(random.bytes(16)).toString('base64url')
}

/** What is asked, and what will be answered. */
export interface Exchange {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** Undefined when the organisation of the address is not here. `sent`: the form, where one came. */
export async function contextOf(
  parts: OwnParts,
  exchange: Exchange,
  sent?: SentForm,
): Promise<PageContext | undefined> {
  const { params } = exchange.request
  const id = organisationId.safeParse(anything.parse(params)['organisation'])
  return id.success ? await contextIn(parts, exchange, id.data, sent) : undefined
}

/** The same for an organisation that is known. */
export async function contextIn(
  parts: OwnParts,
  { request, reply }: Exchange,
  id: OrganisationId,
  sent?: SentForm,
): Promise<PageContext | undefined> {
  const organisation = await parts.organisation(id)
  if (organisation === undefined) return undefined
  const { embeddedBy = [] } = await parts.catalogue(id)
  allowFrames(reply, embeddedBy)
  return {
    organisation,
    language: languageOf(request, sent),
    door: doorOf(sent === undefined ? request.query : sent.fields),
    now: parts.clock.now(),
    embeddedBy,
    // What was typed would be lost on the way to another language.
    ...(request.method === 'GET' && { switchTo: switchTo(request) }),
  }
}

const POLICY = 'content-security-policy'

/** Lets a page stand in frames of these sites, where the server lets it in none. */
function allowFrames(reply: FastifyReply, sites: readonly string[]): void {
  if (sites.length === 0) return
  const policy = String(reply.raw.getHeader(POLICY) ?? "frame-ancestors 'none'")
  const allowed = `frame-ancestors ${sites.join(' ')}`
  void reply.header(POLICY, policy.replace(/frame-ancestors[^;]*/, allowed))
  // It knows no list, and where both are sent some browsers keep to this one.
  reply.raw.removeHeader('x-frame-options')
}

function languageOf(request: FastifyRequest, sent?: SentForm): PageContext['language'] {
  const chosen = { ...anything.parse(request.query), ...sent?.fields }
  return chooseLanguage(chosen['lang'], request.headers['accept-language'])
}

function switchTo(request: FastifyRequest): NonNullable<PageContext['switchTo']> {
  const { pathname, searchParams } = new URL(request.url, 'http://here')
  const query = Object.fromEntries(searchParams)
  return (lang) => pageAddress(pathname, { ...query, lang })
}

/** The page for an address that leads nowhere. */
export function notFound(
  request: FastifyRequest,
  reply: FastifyReply,
  page?: PageContext,
): FastifyReply {
  const frame = page ?? { language: languageOf(request), organisation: null }
  return send(reply.code(404), notFoundPage(frame))
}

/** Nothing is kept on the way: pages may carry what somebody typed, or a secret link. */
export function send(reply: FastifyReply, page: string): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('vary', 'accept-language')
    .send(page)
}

/** Refusals that programs would read become pages: whoever comes here is a person. */
export function refusalsAsPages(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const type = String(reply.getHeader('content-type') ?? '')
    const isRefusal =
      reply.statusCode >= 400 && /^application\/(?:problem\+)?json/.test(type)
    if (!isRefusal) return payload
    void reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .removeHeader('content-length')
    return refusalPage(
      { language: languageOf(request), organisation: null },
      reply.statusCode,
    )
  })
}
