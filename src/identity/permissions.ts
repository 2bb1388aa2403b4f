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

/** Whom cases can be given to. */
const caseWorkers = [
  'operations',
  'control_centre',
  'customer_service',
  'administrator',
] as const satisfies readonly Role[]

/**
 * Who may do what inside the own organisation. A row is a permission, its list the roles that hold
 * it. What a role may only do for things granted to it one by one stands here as refused: a
 * contractor reaches the cases that were granted to it through `contractor.work` alone.
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
  'case.read': everybody.filter((role) => role !== 'contractor'),
  'case.create': [
    'operations',
    'control_centre',
    'integrator',
    'customer_service',
    'administrator',
  ],
  'case.move': caseWorkers,
  /** Say who does it; also which category, asset, place and priority it has, which asks the routes again. */
  'case.assign': caseWorkers,
  'case.merge': caseWorkers,
  /** Write to the public, to those who follow a case, or to colleagues. */
  'case.say': ['operations', 'customer_service'],
  /** What the public is told before it reports: storms, planned work. */
  'notice.publish': caseWorkers,
  /** Look at photos and show them to the public. */
  'photo.review': ['operations', 'customer_service'],
  /** Read what people wrote and decide what of it the public sees. Each reading is written to the audit log. */
  'text.review': ['customer_service'],
  /** Reporters' names, contacts and words. Each reading is written to the audit log. */
  'case.person.read': ['customer_service', 'administrator', 'auditor'],
  /** Let the contractor of one case know who reported it. Written to the audit log. */
  'case.person.share': ['customer_service', 'administrator'],
  /** Destroy personal data before its time, or hold it beyond. */
  'case.erase': ['administrator', 'auditor'],
  /** Everything about a case in one document, for whoever has a right to it. */
  'case.export': ['administrator', 'auditor'],
  /** See how routes decide, and try others on past cases. */
  'route.explain': [
    'operations',
    'control_centre',
    'rule_engineer',
    'customer_service',
    'administrator',
    'auditor',
  ],
  /** Say when one is away oneself. */
  'absence.own': caseWorkers,
  /** Say it for others. */
  'absence.any': ['administrator'],
  /** Cases that other organisations granted to one's own, one by one. */
  'contractor.work': ['contractor'],
  /** Let programs of partners in, and shut them out. */
  'open311.clients': ['administrator'],
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
  /** Bring rules into force. Writing, checking and trying them is no more than `history.read`. */
  'rule.publish': ['rule_engineer', 'administrator'],
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

/** May somebody with these roles have cases at all? Units and grants say which. */
export function worksCases(roles: readonly Role[]): boolean {
  const workers: readonly Role[] = caseWorkers
  return roles.some((role) => workers.includes(role))
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
