import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { OrganisationFacts } from '../cases/organisation.ts'
import { organisationId } from '../domain/ids.ts'
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

/** Undefined when the organisation of the address is not here. `sent`: the form, where one came. */
export async function contextOf(
  parts: OwnParts,
  request: FastifyRequest,
  sent?: SentForm,
): Promise<PageContext | undefined> {
  const id = organisationId.safeParse(anything.parse(request.params)['organisation'])
  const organisation = id.success ? await parts.organisation(id.data) : undefined
  return organisation === undefined ? undefined : framed(parts, request, organisation, sent)
}

/** The same for an organisation that is known. */
export function framed(
  { clock }: OwnParts,
  request: FastifyRequest,
  organisation: OrganisationFacts,
  sent?: SentForm,
): PageContext {
  return {
    organisation,
    language: languageOf(request, sent),
    door: doorOf(sent === undefined ? request.query : sent.fields),
    now: clock.now(),
    // What was typed would be lost on the way to another language.
    ...(request.method === 'GET' && { switchTo: switchTo(request) }),
  }
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
