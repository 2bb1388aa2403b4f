import { describe, expect, it } from 'vitest'
import { role, type Role, type Subject } from '../../src/domain/identity.ts'
import {
  allPermissions,
  can,
  permissionsOf,
  type Permission,
} from '../../src/identity/permissions.ts'
import { north, south } from '../support/database.ts'

/** Written out once more, by role, so that a slip in the table of the source shows. */
const expected: Record<Role, readonly Permission[]> = {
  operations: [
    'session',
    'alarm.read',
    'alarm.acknowledge',
    'alarm.shelve',
    'alarm.comment',
    'maintenance.plan',
    'desk.test',
    'case.read',
    'case.create',
    'case.move',
    'asset.read',
    'history.read',
    'ingest.problems.read',
    'case.assign',
    'case.merge',
    'absence.own',
    'notice.publish',
    'route.explain',
    'case.say',
    'photo.review',
  ],
  control_centre: [
    'session',
    'alarm.read',
    'alarm.acknowledge',
    'alarm.shelve',
    'alarm.comment',
    'maintenance.plan',
    'desk.test',
    'case.read',
    'case.create',
    'case.move',
    'asset.read',
    'history.read',
    'case.assign',
    'case.merge',
    'absence.own',
    'notice.publish',
    'route.explain',
  ],
  rule_engineer: [
    'session',
    'alarm.read',
    'alarm.service',
    'alarm.comment',
    'maintenance.plan',
    'desk.test',
    'case.read',
    'asset.read',
    'history.read',
    'ingest.problems.read',
    'quarantine.replay',
    'deviceType.apply',
    'rule.publish',
    'route.explain',
  ],
  integrator: [
    'session',
    'alarm.read',
    'case.read',
    'case.create',
    'asset.read',
    'history.read',
    'ingest.problems.read',
    'quarantine.replay',
    'deviceType.apply',
  ],
  contractor: ['session', 'asset.read', 'contractor.work'],
  customer_service: [
    'session',
    'alarm.read',
    'alarm.comment',
    'case.read',
    'case.create',
    'case.move',
    'case.person.read',
    'asset.read',
    'case.assign',
    'case.merge',
    'absence.own',
    'notice.publish',
    'route.explain',
    'case.say',
    'photo.review',
    'text.review',
    'case.person.share',
  ],
  administrator: [
    'session',
    'alarm.read',
    'desk.test',
    'case.read',
    'case.create',
    'case.move',
    'case.person.read',
    'asset.read',
    'history.read',
    'ingest.problems.read',
    'quarantine.replay',
    'deviceType.apply',
    'rule.publish',
    'case.assign',
    'case.merge',
    'absence.own',
    'notice.publish',
    'route.explain',
    'case.person.share',
    'case.erase',
    'case.export',
    'absence.any',
    'open311.clients',
  ],
  auditor: [
    'session',
    'alarm.read',
    'case.read',
    'case.person.read',
    'asset.read',
    'case.erase',
    'case.export',
    'route.explain',
  ],
}
const forAll: readonly Permission[] = ['citizen.page', 'citizen.report', 'public']

describe.each(role.options)('%s', (name) => {
  const subject = userWith([name])

  it.each(allPermissions)('in the own organisation: %s', (action) => {
    const allowed = [...expected[name], ...forAll].includes(action)
    expect(can(subject, action, { organisation: north })).toBe(allowed)
  })

  it('may do nothing in another organisation but what everybody may', () => {
    const allowed = allPermissions.filter((action) =>
      can(subject, action, { organisation: south }),
    )
    expect(allowed).toEqual(forAll)
  })

  it('may do nothing with what belongs to the whole installation', () => {
    const allowed = allPermissions.filter((action) =>
      can(subject, action, { organisation: null }),
    )
    expect(allowed).toEqual(forAll)
  })
})

it('a citizen may do what is public and nothing else', () => {
  const allowed = allPermissions.filter((action) =>
    can({ kind: 'citizen' }, action, { organisation: north }),
  )
  expect(allowed).toEqual(forAll)
})

it('whoever sits at the machine itself may do everything', () => {
  for (const organisation of [north, null]) {
    expect(
      allPermissions.every((action) => can({ kind: 'local' }, action, { organisation })),
    ).toBe(true)
  }
})

it('somebody with two roles may do what either may', () => {
  const both = new Set(permissionsOf(userWith(['control_centre', 'auditor'])))
  const either = new Set([...expected.control_centre, ...expected.auditor, ...forAll])
  expect(both).toEqual(either)
})

it('somebody without a role may do only what everybody may', () => {
  expect(permissionsOf(userWith([]))).toEqual(forAll)
})

function userWith(roles: readonly Role[]): Subject {
  return { kind: 'user', user: 'u', name: 'U', organisation: north, roles }
}
