import type { FastifyReply, FastifyRequest } from 'fastify'

/** The prefix makes browsers refuse it without Secure, with a domain, or from a plain HTTP site. */
const NAME = '__Host-sid'

/** The session cookie's value; undefined when there is none that could be ours. */
export function sessionCookie(request: FastifyRequest): string | undefined {
  const value = request.cookies[NAME]
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined
}

export function setSessionCookie(reply: FastifyReply, value: string): void {
  void reply.setCookie(NAME, value, flags)
}

export function clearSessionCookie(reply: FastifyReply): void {
  void reply.clearCookie(NAME, flags)
}

/** No max-age: it ends with the browser, and the service ends it sooner. */
const flags = { path: '/', secure: true, httpOnly: true, sameSite: 'lax' } as const
