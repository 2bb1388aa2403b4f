import { z } from 'zod'
import type { OrganisationId } from './ids.ts'

/** What a person may be in an organisation; the columns of the permission matrix. */
export const role = z.enum([
  'operations',
  'control_centre',
  'rule_engineer',
  'integrator',
  'contractor',
  'customer_service',
  'administrator',
  'auditor',
])
export type Role = z.infer<typeof role>

/** Who asks. */
export type Subject =
  | {
      readonly kind: 'user'
      readonly user: string
      readonly name: string
      readonly organisation: OrganisationId
      readonly roles: readonly Role[]
    }
  | {
      /** Somebody at the machine itself, over the local socket that only the service's owner can open. */
      readonly kind: 'local'
    }
  | { readonly kind: 'citizen' }

const userPrefix = 'user:'

/** The name that goes into transitions, case events and the audit log. Never a citizen's name. */
export function actorName(subject: Subject): string {
  if (subject.kind === 'user') return `${userPrefix}${subject.user}`
  return subject.kind === 'local' ? 'local' : 'citizen'
}

/** The user's id in such a name; undefined for whoever is no user. */
export function userNamed(actor: string): string | undefined {
  return actor.startsWith(userPrefix) ? actor.slice(userPrefix.length) : undefined
}
