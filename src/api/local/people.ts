import { z } from 'zod'
import { applyConfiguration } from '../../configuration/apply.ts'
import { parseConfiguration } from '../../configuration/parse.ts'
import { organisationId, slug } from '../../domain/ids.ts'
import { language } from '../../domain/language.ts'
import { Problem } from '../../domain/problem.ts'
import type { LocalParts } from './parts.ts'

const initBody = z.strictObject({
  organisation: slug,
  name: z.string().min(1).max(120),
  timezone: z.string(),
  admin: z.strictObject({
    name: z.string().min(1).max(120),
    email: z.email(),
    language: language.default('en'),
  }),
})

/** Makes an organisation and its administrator, who sets a password by a one-time link. */
export async function init(
  parts: LocalParts,
  input: unknown,
): Promise<{ link: string; user: string }> {
  const { organisation, name, timezone, admin } = initBody.parse(input)
  const known = await parts.configurations.organisations()
  if (known.some((one) => one === organisation)) {
    throw new Problem({
      kind: 'conflict',
      what: `there is an organisation ${organisation} already`,
      next: 'gatuvakt admin reset makes a new link for an administrator',
    })
  }
  const text = JSON.stringify({
    organisation: { name, timezone, languages: ['sv', 'nb', 'en'] },
    users: { admin: { ...admin, roles: ['administrator'] } },
  })
  // JSON is YAML, so the first organisation goes the same way as every other.
  const parsed = parseConfiguration({ organisation, files: [{ path: 'init', text }] })
  if (!parsed.ok) {
    throw new Problem({
      kind: 'invalid',
      what: 'the organisation could not be made',
      why: parsed.mistakes
        .map(({ what, why }) => (why === undefined ? what : `${what}, ${why}`))
        .join('; '),
      next: 'correct the options',
    })
  }
  await applyConfiguration(parts.database, {
    configuration: parsed.configuration,
    author: 'local',
    now: parts.clock.now(),
  })
  const id = organisationId.parse(organisation)
  await parts.activate(id)
  return linkFor(parts, { organisation: id, user: 'admin' })
}

const resetBody = z.strictObject({ organisation: organisationId, email: z.email() })

/** A new one-time link for a person who is locked out; ends their sessions. */
export async function resetAdmin(
  parts: LocalParts,
  input: unknown,
): Promise<{ link: string; user: string }> {
  const { organisation, email } = resetBody.parse(input)
  const user = await parts.database
    .read(organisation)
    .selectFrom('user')
    .select('id')
    .where('email', '=', email.toLowerCase())
    .executeTakeFirst()
  if (user === undefined) {
    throw new Problem({
      kind: 'not_found',
      what: `${organisation} has no user with this e-mail address`,
      next: 'look at the users in its configuration, or add one and apply it',
    })
  }
  return linkFor(parts, { organisation, user: user.id })
}

async function linkFor(
  parts: LocalParts,
  who: { organisation: z.infer<typeof organisationId>; user: string },
): Promise<{ link: string; user: string }> {
  const { token } = await parts.identity.oneTimeLink(who.organisation, who.user)
  // Behind the hash, so that the token reaches no server log.
  return { link: `${parts.baseUrl()}/console/set-password#${token}`, user: who.user }
}
