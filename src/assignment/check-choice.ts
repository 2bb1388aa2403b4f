import { Problem } from '../domain/problem.ts'
import type { TimeUs } from '../domain/time.ts'
import type { Assigning } from './assignments.ts'
import type { Present } from './colleagues.ts'

/** What of a case decides who may get it. */
export interface AssignableCase {
  readonly id: string
  readonly version: number
  readonly state: string
  readonly unit: string | null
  readonly assignee: string | null
  readonly closed_at: TimeUs | null
  readonly root: string
}

/** Throws Problem not_found, or conflict for a stale version and for a case nobody works on. */
export function checkRow(
  row: AssignableCase | undefined,
  { version }: Pick<Assigning, 'version'>,
): AssignableCase {
  if (row === undefined) {
    throw new Problem({
      kind: 'not_found',
      what: 'There is no such case.',
      where: 'id',
      next: 'Look for it in the list of cases.',
    })
  }
  if (version !== undefined && version !== row.version) {
    throw new Problem({
      kind: 'conflict',
      what: 'Somebody changed the case after you opened it.',
      where: 'version',
      next: 'Look at the case again and repeat it if it still fits.',
      facts: { version: row.version, unit: row.unit, assignee: row.assignee },
    })
  }
  if (row.closed_at === null && row.state !== 'hidden' && row.root === row.id) return row
  throw new Problem({
    kind: 'conflict',
    what: 'Nobody works on this case.',
    where: 'id',
    why: row.root === row.id ? `It is ${row.state}.` : 'It was merged into another.',
    next:
      row.root === row.id
        ? 'Open it again first.'
        : 'Go on in the case it was merged into.',
    facts: { state: row.state, root: row.root },
  })
}

interface Setting extends Present {
  readonly units: ReadonlyMap<string, unknown>
}

/** What a person chose must be there and fit; a machine's choice is passed over instead. */
export function checkChoice(
  wanted: { readonly unit: string | null; readonly person: string | null },
  { by }: Pick<Assigning, 'by'>,
  { units, colleagues }: Setting,
): void {
  const { unit, person } = wanted
  if (unit !== null && !units.has(unit)) {
    throw invalid('unit', 'There is no such unit.', 'Choose one of the list of units.')
  }
  if (person === null) return
  const colleague = colleagues.get(person)
  if (colleague === undefined) {
    throw invalid('person', 'There is no such person.', 'Choose one of the unit.')
  }
  if (!colleague.mayWork) {
    throw invalid(
      'person',
      'This person may not work on cases.',
      'Choose somebody else, or ask an administrator for a role that works on cases.',
    )
  }
  if (unit === null) {
    throw invalid('unit', 'The person is of no unit.', 'Name the unit too.')
  }
  const isNamed = [...colleagues.values()].some(({ units: own }) => own.includes(unit))
  if (isNamed && !colleague.units.includes(unit)) {
    throw invalid('person', 'This person is not of that unit.', 'Name the unit too.')
  }
  if (!colleague.isAway || by !== `user:${person}`) return
  throw new Problem({
    kind: 'conflict',
    what: 'You are away.',
    where: 'person',
    why: 'Cases go to whoever stands in for you.',
    next: 'End your absence first.',
  })
}

function invalid(where: string, what: string, next: string): Problem {
  return new Problem({ kind: 'invalid', what, where, next })
}
