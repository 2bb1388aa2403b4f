import type { CaseChoicesView } from '../../api/case-choices-view.ts'
import type { CaseView } from '../../cases/views.ts'
import type { Giving } from '../api/case-commands.ts'

/** What is chosen while a case is given to somebody. Empty: no unit, that is triage; nobody, that is the queue. */
export interface GiveInput {
  readonly unit: string
  readonly person: string
}

type Person = CaseChoicesView['people'][number]

/**
 * Who can be chosen in a unit: its members, or everybody where it names none. Nobody in triage, and
 * nobody at a contractor's desk, which gives the work out itself.
 */
export function peopleOf(choices: CaseChoicesView, unit: string): readonly Person[] {
  const found = choices.units.find(({ id }) => id === unit)
  if (found === undefined || found.contractor) return []
  const members = new Set(found.members)
  const some = choices.people.filter(({ id }) => members.has(id))
  return found.members.length === 0 ? choices.people : some
}

/** Can this person take a case of that unit, or out of triage into a unit of one's own? */
export function mayTake(
  choices: CaseChoicesView,
  unit: string | null,
  person: string,
): boolean {
  if (unit === null) return choices.units.some(({ members }) => members.includes(person))
  return peopleOf(choices, unit).some(({ id }) => id === person)
}

/** Another unit was chosen: who cannot be there is chosen no more. */
export function withUnit(
  choices: CaseChoicesView,
  { person }: GiveInput,
  unit: string,
): GiveInput {
  const isThere = peopleOf(choices, unit).some(({ id }) => id === person)
  return { unit, person: isThere ? person : '' }
}

/** As the service takes it; undefined when the case lies there already. */
export function givingOf(
  { unit: has, assignee, version }: Pick<CaseView, 'unit' | 'assignee' | 'version'>,
  { unit, person }: GiveInput,
): Giving | undefined {
  if (unit === (has ?? '') && person === (assignee ?? '')) return undefined
  return {
    version,
    unit: unit === '' ? null : unit,
    person: person === '' ? null : person,
  }
}
