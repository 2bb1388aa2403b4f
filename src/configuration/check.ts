import { nodesOf, type Condition } from '../rules/condition.ts'
import { rolesOf } from '../rules/roles.ts'
import { checkDesks } from './check-desks.ts'
import { checkRoutes } from './check-routes.ts'
import { checkTalqNames, checkUnits, checkVersions } from './check-types.ts'
import { checkPlaces } from './check-places.ts'
import { checkSourceAlarms } from './check-source-alarms.ts'
import { checkTopology } from './check-topology.ts'
import { checkTemplates } from './check-templates.ts'
import type { Finding } from './finding.ts'
import { kinds } from './kinds.ts'
import { suggestion } from './mistake.ts'
import { typedObjects, type ObjectSet, type TypedObjects } from './objects.ts'
import { referencesOf, type Reference } from './references.ts'

/** Holds the objects against one another. Those that their schema refuses are for others to report. */
export function checkObjects(set: ObjectSet): Finding[] {
  const objects = typedObjects(set, () => undefined)
  return [
    ...checkReferences(set),
    ...checkTopology(objects.asset),
    ...checkDevices(objects),
    ...checkPlaces(objects),
    ...checkUnits(set),
    ...checkTalqNames(set),
    ...checkVersions(objects),
    ...checkSourceAlarms(objects),
    ...checkRules(objects),
    ...checkUsers(objects),
    ...checkDesks(objects),
    ...checkRoutes(objects),
    ...checkTemplates(objects),
  ]
}

function checkReferences(set: ObjectSet): Finding[] {
  return [...set].flatMap(([kind, objects]) =>
    kinds[kind].references.length === 0
      ? []
      : [...objects].flatMap(([slug, document]) =>
          referencesOf(kind, document).flatMap((reference) => {
            const finding = unknownReference(reference, set)
            return finding === undefined ? [] : [{ kind, slug, ...finding }]
          }),
        ),
  )
}

function unknownReference(
  { path, to, slug }: Reference,
  set: ObjectSet,
): Omit<Finding, 'kind' | 'slug'> | undefined {
  const known = set.get(to)
  if (known?.has(slug) === true) return undefined
  return {
    severity: 'mistake',
    path,
    part: 'value',
    what: `there is no ${kinds[to].noun} "${slug}"`,
    ...suggestion(slug, known?.keys() ?? []),
  }
}

function checkDevices({ device, deviceType }: TypedObjects): Finding[] {
  const findings: Finding[] = []
  const measuredBy = new Map<string, string>()
  for (const [slug, { type, asset, measures }] of device) {
    const points = deviceType.get(type)?.points
    if (points === undefined) continue
    const roles = measures ?? ownNames(points)
    for (const [role, point] of Object.entries(roles)) {
      const path = measures === undefined ? ['asset'] : ['measures', role]
      if (!Object.hasOwn(points, point)) {
        findings.push({
          severity: 'mistake',
          kind: 'device',
          slug,
          path,
          part: 'value',
          what: `the device type ${type} has no point "${point}"`,
          ...suggestion(point, Object.keys(points)),
        })
      }
      const key = `${asset} ${role}`
      const other = measuredBy.get(key)
      measuredBy.set(key, other ?? slug)
      if (other === undefined) continue
      findings.push({
        severity: 'mistake',
        kind: 'device',
        slug,
        path,
        part: 'value',
        what: `${role} of ${asset} is measured by ${other} already`,
        why: 'a role has one source at a time',
        next: 'give the roles other names under measures',
      })
    }
  }
  return findings
}

/** Every point is the role of its own name. */
export function ownNames(
  points: Readonly<Record<string, unknown>>,
): Record<string, string> {
  return Object.fromEntries(Object.keys(points).map((key) => [key, key]))
}

function checkRules({ rule, asset, device, deviceType }: TypedObjects): Finding[] {
  const measured = new Map<string, Set<string>>()
  for (const { asset: on, type, measures } of device.values()) {
    const roles = Object.keys(measures ?? ownNames(deviceType.get(type)?.points ?? {}))
    const known = measured.get(on) ?? new Set()
    measured.set(on, new Set([...known, ...roles]))
  }
  const findings: Finding[] = []
  for (const [slug, { assets, condition }] of rule) {
    const scope =
      'slugs' in assets
        ? assets.slugs
        : [...asset].flatMap(([name, { type }]) => (type === assets.type ? [name] : []))
    const heard = scope.map((name) => measured.get(name)).filter((one) => one !== undefined)
    const warning = { severity: 'warning', kind: 'rule', slug } as const
    const group = nodesOf(condition).some(({ kind }) => kind === 'group')
    if (heard.length === 0 && !group) {
      const what = 'no asset this rule watches has a device'
      findings.push({ ...warning, path: ['assets'], part: 'key', what })
      continue
    }
    // Whose roles a group asks for is another asset's matter.
    if (group) continue
    const roles = heard.reduce((all, own) => all.union(own), new Set<string>())
    findings.push(...missingRoles(slug, condition, roles))
  }
  return findings
}

/** Roles that the rule reads and nobody measures. */
function missingRoles(
  slug: string,
  condition: Condition,
  roles: ReadonlySet<string>,
): Finding[] {
  const missing = rolesOf(condition).filter((role) => !roles.has(role))
  const finding = (role: string): Finding => ({
    severity: 'warning',
    kind: 'rule',
    slug,
    path: ['condition', 'role'],
    part: 'value',
    what: `no asset this rule watches measures "${role}"`,
    ...suggestion(role, new Set(roles)),
  })
  return missing.map(finding)
}

function checkUsers({ user }: TypedObjects): Finding[] {
  const findings: Finding[] = []
  const taken = new Map<string, string>()
  for (const [slug, { email }] of user) {
    const other = taken.get(email.toLowerCase())
    taken.set(email.toLowerCase(), other ?? slug)
    if (other === undefined) continue
    findings.push({
      severity: 'mistake',
      kind: 'user',
      slug,
      path: ['email'],
      part: 'value',
      what: `${email} belongs to ${other} already`,
      why: 'people log in with it',
    })
  }
  return findings
}
