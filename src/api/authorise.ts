import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Subject } from '../domain/identity.ts'
import { Problem } from '../domain/problem.ts'
import type { Identity } from '../identity/identity.ts'
import { can, type Permission } from '../identity/permissions.ts'
import { sessionCookie } from './cookie.ts'
import { refuseForeign } from './same-origin.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the asker must be allowed; a route without one keeps the service from starting. */
    permission?: Permission
    /** The route lets people's guard be: programs come here, and it guards itself by their tokens. */
    ownGuard?: true
  }
  interface FastifyRequest {
    /** Who asks; set before any handler runs. */
    subject: Subject | null
  }
  interface FastifyInstance {
    /** Permission of routes that a package registers in this scope and that we cannot annotate. */
    packagePermission: Permission | null
  }
}

export type User = Extract<Subject, { kind: 'user' }>

const citizen: Subject = { kind: 'citizen' }

/** Puts the one check in front of every route, and fails the start when a route lacks its permission. */
export function guardRoutes(
  app: FastifyInstance,
  { identity, baseUrl }: { readonly identity: Identity; readonly baseUrl: string },
): void {
  const baseOrigin = new URL(baseUrl).origin
  app.decorateRequest('subject', null)
  app.decorate('packagePermission', null)

  app.addHook('onRoute', function requirePermission(route) {
    const permission = route.config?.permission ?? this.packagePermission
    if (permission === null) {
      throw new Error(`the route ${route.url} says no permission in its config`)
    }
    route.config = { ...route.config, permission }
  })

  app.addHook('onRequest', async (request) => {
    // Hooks of the server reach scopes that were registered before them, too.
    if (request.is404 || request.routeOptions.config.ownGuard === true) return
    refuseForeign(request, baseOrigin)
    const permission = request.routeOptions.config.permission ?? 'session'
    request.subject = await authorised(request, permission, identity)
  })
}

/** Who asks, if that one may; Problem unauthenticated or forbidden otherwise. */
async function authorised(
  request: FastifyRequest,
  permission: Permission,
  identity: Identity,
): Promise<Subject> {
  // What everybody may do needs no look at the session.
  if (can(citizen, permission, { organisation: null })) return citizen
  const cookie = sessionCookie(request)
  const subject = cookie === undefined ? undefined : await identity.session(cookie)
  if (subject?.kind !== 'user') throw unauthenticated()
  if (can(subject, permission, { organisation: subject.organisation })) return subject
  throw new Problem({
    kind: 'forbidden',
    what: 'Your roles do not allow this',
    why: `It needs the permission ${permission}`,
    next: 'Ask an administrator of your organisation for a role that has it',
    facts: { permission },
  })
}

/** The person who asks, on a route whose permission only people hold. */
export function userOf(request: FastifyRequest): User {
  if (request.subject?.kind === 'user') return request.subject
  throw unauthenticated()
}

function unauthenticated(): Problem {
  return new Problem({
    kind: 'unauthenticated',
    what: 'You are not logged in',
    why: 'There is no session, or it ended: after 30 minutes unused or 12 hours in all',
    next: 'Log in',
  })
}
