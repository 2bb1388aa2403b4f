import type { ActingPerson } from '../assignment/assignments.ts'
import { actorName, type Role, type Subject } from '../domain/identity.ts'
import { Problem } from '../domain/problem.ts'
import type { CaseActor, CaseRole } from './cases.ts'

/** What each role of an organisation is to a case; the strongest first. */
const asCaseRole: readonly (readonly [role: Role, as: CaseRole])[] = [
  ['administrator', 'administrator'],
  ['operations', 'handler'],
  ['control_centre', 'handler'],
  ['customer_service', 'customer_service'],
  ['contractor', 'contractor'],
]

/** As whom somebody with these roles acts on cases; undefined for one who only looks. */
export function caseRole(roles: readonly Role[]): CaseRole | undefined {
  return asCaseRole.find(([role]) => roles.includes(role))?.[1]
}

/** Does somebody write who can write it anew? Timers, partners and reporters cannot. */
export function isStaff(role: CaseRole): boolean {
  return asCaseRole.some(([, as]) => as === role)
}

/** Do this one's words stay among staff? Contractors write to those they work for, who tell the public. */
export function speaksToStaff({ role, contracted }: CaseActor): boolean {
  return role === 'contractor' || contracted === true
}

/** The person as those ask who look at which cases one may act on. */
export function actingPerson({
  user,
  roles,
}: Extract<Subject, { kind: 'user' }>): ActingPerson {
  return { person: user, roles }
}

/** The person as cases know them. Throws Problem forbidden for one who only looks. */
export function caseActor(user: Extract<Subject, { kind: 'user' }>): CaseActor {
  const role = caseRole(user.roles)
  if (role !== undefined) return { role, name: actorName(user), who: actingPerson(user) }
  throw new Problem({
    kind: 'forbidden',
    what: 'Your roles do not let you work on cases.',
    next: 'Ask an administrator of your organisation for a role that does.',
  })
}
