import { z } from 'zod'
import { organisationId, type OrganisationId } from '../../domain/ids.ts'
import { Problem } from '../../domain/problem.ts'
import { toIso, type TimeUs } from '../../domain/time.ts'

/** Whose secrets a command is about. */
export const ofOrganisation = z.strictObject({ organisation: organisationId.optional() })

/** The id of a secret, as lists show it. */
export const secretId = z.string().min(1).max(64)

/** Secrets that were shown once, as lists show them: what they are can no longer be said. */
export function listed(
  secrets: readonly { readonly id: string; readonly issued: TimeUs }[],
): { id: string; issuedAt: string }[] {
  return secrets.map(({ id, issued }) => ({ id, issuedAt: toIso(issued) }))
}

/** For a name that the configuration does not have. */
export function notConfigured(
  organisation: OrganisationId,
  asked: {
    /** `partner`, `connection` */
    readonly what: string
    readonly name: string
    /** Of the configuration, where it would stand. */
    readonly key: string
    readonly names: readonly string[]
    readonly where?: string
  },
): Problem {
  const { what, name, key, names, where } = asked
  return new Problem({
    kind: 'not_found',
    what: `${organisation} has no ${what} ${name}`,
    ...(where !== undefined && { where }),
    next:
      names.length === 0
        ? `add it under ${key}: and apply`
        : `there are: ${names.join(', ')}`,
  })
}
