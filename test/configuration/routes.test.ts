import { describe, expect, it } from 'vitest'
import { route, unit } from '../../src/cases/category.ts'
import { caseWork } from '../../src/configuration/case-work.ts'
import { checkRoutes } from '../../src/configuration/check-routes.ts'
import { user as userSchema } from '../../src/configuration/kinds.ts'
import { objectSet, typedObjects } from '../../src/configuration/objects.ts'

const units = new Map([
  ['light', unit.parse({ name: 'Belysning', members: ['anna', 'revisor'] })],
  ['all', unit.parse({ name: 'Alla' })],
])

const user = (role: string) =>
  userSchema.parse({
    name: 'Anna',
    email: 'anna@example.org',
    roles: [role],
    language: 'sv',
  })
const users = new Map([
  ['anna', user('operations')],
  ['bo', user('customer_service')],
  ['revisor', user('auditor')],
])

const findings = (routes: Readonly<Record<string, object>>) =>
  checkRoutes({
    unit: units,
    user: users,
    route: new Map(
      Object.entries(routes).map(([slug, one]) => [
        slug,
        route.parse({ unit: 'light', ...one }),
      ]),
    ),
  }).map(({ slug, path, what }) => [slug, path.join('.'), what])

describe('routes in a configuration', () => {
  it('are warned of behind one that takes everything', () => {
    expect(
      findings({
        early: { order: 1, when: { category: 'ice' } },
        all: { order: 2 },
        late: { order: 3, when: { owner: 'Kommunen' } },
      }),
    ).toEqual([['late', 'order', 'no case gets as far as this route']])
  })

  it('are warned of when they name somebody of another unit', () => {
    expect(
      findings({
        own: { order: 1, when: { category: 'ice' }, person: 'anna' },
        other: { order: 2, when: { category: 'snow' }, person: 'bo' },
      }),
    ).toEqual([['other', 'person', 'bo is no member of light']])
  })

  it('are warned of when they name somebody who may not have cases', () => {
    const to = { order: 1, person: 'revisor' }
    expect(findings({ auditor: to })).toEqual([
      ['auditor', 'person', 'revisor may not work on cases'],
    ])
  })

  it('may name anybody where the unit is everybody', () => {
    expect(findings({ any: { order: 1, unit: 'all', person: 'bo' } })).toEqual([])
  })

  it('stand in order, with ids for every name', () => {
    const name = { sv: 'a', nb: 'a', en: 'a' }
    const objects = [
      {
        kind: 'category',
        slug: 'ice',
        document: { name, faultClass: 'ice', serviceLevel: 'fast' },
      },
      {
        kind: 'serviceLevel',
        slug: 'fast',
        document: {
          name: 'Fast',
          clocks: { resolve: '4h' },
          becomes: [{ when: 'group', level: 'fast' }],
        },
      },
      {
        kind: 'route',
        slug: 'b',
        document: { order: 1, unit: 'light', serviceLevel: 'fast' },
      },
      {
        kind: 'route',
        slug: 'a',
        document: {
          order: 1,
          when: { category: 'ice', area: 'north' },
          unit: 'light',
          person: 'anna',
        },
      },
    ] as const
    const typed = typedObjects(objectSet(objects), ({ why }) => {
      throw new Error(why)
    })
    const made = caseWork({ typed, idOf: (kind, slug) => `${kind}-${slug}` })
    expect(made.routes).toEqual([
      {
        slug: 'a',
        order: 1,
        when: { category: 'category-ice', area: 'area-north' },
        unit: 'unit-light',
        person: 'user-anna',
      },
      {
        slug: 'b',
        order: 1,
        when: {},
        unit: 'unit-light',
        serviceLevel: 'serviceLevel-fast',
      },
    ])
    expect(made.categories.get('category-ice')?.serviceLevel).toBe('serviceLevel-fast')
    expect(made.serviceLevels.get('serviceLevel-fast')?.becomes[0]?.level).toBe(
      'serviceLevel-fast',
    )
  })

  it('know which area a place lies in', () => {
    const ring = [
      [11, 58],
      [12, 58],
      [12, 59],
      [11, 58],
    ]
    const objects = [
      { kind: 'area', slug: 'here', document: { name: 'Here', ring } },
    ] as const
    const typed = typedObjects(objectSet(objects), () => undefined)
    const { routing } = caseWork({ typed, idOf: (_, slug) => slug })
    expect(routing.areaOf({ lat: 58.1, lon: 11.9 })).toBe('here')
    expect(routing.areaOf({ lat: 57, lon: 11.9 })).toBeNull()
  })
})
