import type { FastifyRequest } from 'fastify'
import { Problem } from '../domain/problem.ts'

const safe: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])
/** What a foreign page's form can send without the browser asking us first. */
const formType =
  /^\s*(?:application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)/i

/**
 * Refuses a request that changes something, carries the browser's cookie or a form, and does not
 * come from our own pages. A browser says where it comes from; a page cannot forge that.
 */
export function refuseForeign(request: FastifyRequest, baseOrigin: string): void {
  if (safe.has(request.method)) return
  const { headers } = request
  const isForm = formType.test(headers['content-type'] ?? '')
  if (headers.cookie === undefined && !isForm) return
  if (isOwn(request, baseOrigin)) return
  throw new Problem({
    kind: 'forbidden',
    what: 'The request does not come from a page of this service',
    why: 'A cookie or a form is only taken with Sec-Fetch-Site: same-origin or our own Origin',
    next: 'Open the page again and send it from there',
  })
}

function isOwn({ headers, host }: FastifyRequest, baseOrigin: string): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  const { origin } = headers
  if (origin === undefined || !URL.canParse(origin)) return false
  return origin === baseOrigin || new URL(origin).host === host
}
