import type { Finding } from './finding.ts'
import type { TypedObjects } from './objects.ts'

/** What is wrong with routes that neither a schema nor a reference sees. */
export function checkRoutes({
  route,
  unit,
}: Pick<TypedObjects, 'route' | 'unit'>): Finding[] {
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
    ...inOrder.flatMap(([slug, { unit: to, person }]): Finding[] => {
      const members = unit.get(to)?.members
      if (person === undefined || members === undefined || members.includes(person))
        return []
      return [
        {
          severity: 'warning',
          kind: 'route',
          slug,
          path: ['person'],
          part: 'value',
          what: `${person} is no member of ${to}`,
          why: 'a case goes to somebody of the unit it goes to',
          next: `name ${person} under members of ${to}, or leave person out`,
        },
      ]
    }),
  ]
}
