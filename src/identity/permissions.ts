import type { Role, Subject } from '../domain/identity.ts'
import type { OrganisationId } from '../domain/ids.ts'

const everybody: readonly Role[] = [
  'operations',
  'control_centre',
  'rule_engineer',
  'integrator',
  'contractor',
  'customer_service',
  'administrator',
  'auditor',
]

/**
 * Who may do what inside the own organisation. A row is a permission, its list the roles that hold
 * it. What a role may only do for things granted to it one by one (a contractor's history, an
 * integrator's own cases) stands here as refused until such grants exist; two exceptions say why.
 */
const holders = {
  /** One's own session: who am I, log out. */
  session: everybody,
  'alarm.read': everybody.filter((role) => role !== 'contractor'),
  'alarm.acknowledge': ['operations', 'control_centre'],
  /** Put an alarm aside for a while. */
  'alarm.shelve': ['operations', 'control_centre'],
  /** Take an alarm out of service, which has no end of its own. */
  'alarm.service': ['rule_engineer'],
  'alarm.comment': ['operations', 'control_centre', 'rule_engineer', 'customer_service'],
  /** Say when and where work is done, so that its alarms call nobody. */
  'maintenance.plan': ['operations', 'control_centre', 'rule_engineer'],
  /** Send a marked test to everybody a desk tells. */
  'desk.test': ['operations', 'control_centre', 'rule_engineer', 'administrator'],
  'case.read': everybody,
  'case.create': [
    'operations',
    'control_centre',
    'integrator',
    'customer_service',
    'administrator',
  ],
  // A contractor who cannot report work as done has nothing to do here.
  'case.move': [
    'operations',
    'control_centre',
    'contractor',
    'customer_service',
    'administrator',
  ],
  /** Reporters' names, contacts and words. Each reading is written to the audit log. */
  'case.person.read': ['customer_service', 'administrator', 'auditor'],
  // Customer service is in, because a phone report has to name the lamp.
  'asset.read': everybody,
  /** Live values and history. */
  'history.read': [
    'operations',
    'control_centre',
    'rule_engineer',
    'integrator',
    'administrator',
  ],
  'ingest.problems.read': ['operations', 'rule_engineer', 'integrator', 'administrator'],
  /** Write a reading that the store refused once more. */
  'quarantine.replay': ['rule_engineer', 'integrator', 'administrator'],
  /** How a kind of device is understood, from now on. */
  'deviceType.apply': ['rule_engineer', 'integrator', 'administrator'],
  'configuration.apply': ['rule_engineer', 'administrator'],
  /** Only over the local socket, so no role holds them. */
  'local.configuration': [],
  'local.identity': [],
  'local.service': [],
  /** For the public: anybody, logged in or not, of whatever organisation. */
  'citizen.page': 'public',
  'citizen.report': 'public',
  public: 'public',
} as const satisfies Record<string, readonly Role[] | 'public'>

export type Permission = keyof typeof holders

export interface Resource {
  /** Whose it is; null for what belongs to the installation. */
  readonly organisation: OrganisationId | null
}

/** May `subject` do `action` to `resource`? Pure, and the only place where that is decided. */
export function can(subject: Subject, action: Permission, resource: Resource): boolean {
  const allowed: readonly Role[] | 'public' = holders[action]
  if (allowed === 'public') return true
  switch (subject.kind) {
    case 'local':
      return true
    case 'citizen':
      return false
    case 'user':
      return (
        subject.organisation === resource.organisation &&
        subject.roles.some((role) => allowed.includes(role))
      )
  }
}

/** Everything the subject may do in its own organisation, for the console to show or hide. */
export function permissionsOf(subject: Subject): readonly Permission[] {
  const organisation = subject.kind === 'user' ? subject.organisation : null
  return allPermissions.filter((action) => can(subject, action, { organisation }))
}

function isPermission(name: string): name is Permission {
  return Object.hasOwn(holders, name)
}

/** In the order of the table. */
export const allPermissions: readonly Permission[] = Object.keys(holders).filter((name) =>
  isPermission(name),
)
