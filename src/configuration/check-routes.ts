import type { Route } from '../cases/category.ts'
import { caseRole } from '../cases/roles.ts'
import type { Finding } from './finding.ts'
import type { TypedObjects } from './objects.ts'

/** What is wrong with routes that neither a schema nor a reference sees. */
export function checkRoutes({
  route,
  unit,
  user,
}: Pick<TypedObjects, 'route' | 'unit' | 'user'>): Finding[] {
  const inOrder = [...route].toSorted(
    ([a, one], [b, other]) => one.order - other.order || (a < b ? -1 : 1),
  )
  const all = inOrder.findIndex(([, { when }]) => Object.keys(when).length === 0)
  const everything = inOrder[all]
  const behind = everything === undefined ? [] : inOrder.slice(all + 1)
  return [
    ...behind.flatMap(([slug, { when }]): Finding[] =>
      // The owner of a thing goes before the ground it stands on, but not before a route for all.
      [
        {
          severity: 'warning',
          kind: 'route',
          slug,
          path: ['order'],
          part: 'key',
          what: 'no case gets as far as this route',
          why: `${everything?.[0]} comes before it and takes everything`,
          next: `give that one a larger order${Object.keys(when).length === 0 ? ', or remove one of the two' : ''}`,
        },
      ],
    ),
    ...inOrder.flatMap(([slug, one]) => {
      const wrong = wrongPerson(one, { unit, user })
      const path = ['person']
      return wrong === undefined
        ? []
        : [
            {
              severity: 'warning',
              kind: 'route',
              slug,
              path,
              part: 'value',
              ...wrong,
            } as const,
          ]
    }),
  ]
}

/** Whom a route names in vain: the case goes to somebody else of the unit, or to its queue. */
function wrongPerson(
  { unit: to, person }: Route,
  { unit, user }: Pick<TypedObjects, 'unit' | 'user'>,
): Pick<Finding, 'what' | 'why' | 'next'> | undefined {
  if (person === undefined) return undefined
  const role = caseRole(user.get(person)?.roles ?? ['operations'])
  if (role === undefined || role === 'contractor') {
    return {
      what: `${person} may not work on cases`,
      why: 'none of the roles of this person has cases',
      next: 'name somebody else of the unit, or leave person out',
    }
  }
  const members = unit.get(to)?.members ?? []
  // A unit that names nobody is everybody's.
  if (members.length === 0 || members.includes(person)) return undefined
  return {
    what: `${person} is no member of ${to}`,
    why: 'a case goes to somebody of the unit it goes to',
    next: `name ${person} under members of ${to}, or leave person out`,
  }
}
