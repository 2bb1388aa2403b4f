import { z } from 'zod'
import { Problem } from '../../domain/problem.ts'
import { answers } from '../answers.ts'
import { sessionCookie, setSessionCookie } from '../cookie.ts'
import type { Api, ApiParts } from '../parts.ts'
import { loginRate } from '../rate-limits.ts'
import { sessionOf } from '../session-of.ts'
import { sessionView } from '../views.ts'

const body = z.strictObject({
  organisation: z.string().min(1).max(63),
  email: z.string().min(1).max(254),
  password: z.string().min(1).max(256),
})

/** Logs in: answers who it is and sets the session cookie. */
export function postSession(
  api: Api,
  { identity, database }: Pick<ApiParts, 'identity' | 'database'>,
): void {
  api.route({
    method: 'POST',
    url: '/session',
    config: { permission: 'public', rateLimit: loginRate },
    schema: {
      tags: ['session'],
      summary: 'Log in',
      body,
      response: answers(sessionView),
    },
    handler: async (request, reply) => {
      const { organisation, email, password } = request.body
      const login = await identity.logIn(organisation, email, password, request.ip)
      if (login?.subject.kind !== 'user') throw wrongLogin()
      // A new login never goes on with an old session, whoever put that cookie there.
      const earlier = sessionCookie(request)
      if (earlier !== undefined) await identity.logOut(earlier)
      setSessionCookie(reply, login.cookie)
      return sessionOf(database, login.subject)
    },
  })
}

function wrongLogin(): Problem {
  return new Problem({
    kind: 'unauthenticated',
    what: 'Organisation, e-mail address and password do not belong together',
    next: 'Check all three, or ask an administrator for a link to set a new password',
  })
}
