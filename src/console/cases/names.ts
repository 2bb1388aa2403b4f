import type { CaseChoicesView } from '../../api/case-choices-view.ts'
import type { Language } from '../../domain/language.ts'
import { textIn } from '../format/format.ts'

/** What people call the units, colleagues, categories, contractors and service levels that cases name by their ids. */
export interface Names {
  readonly unit: (id: string) => string
  readonly person: (id: string) => string
  readonly category: (id: string) => string
  /** Of the contractor's organisation. */
  readonly contractor: (id: string) => string
  readonly serviceLevel: (id: string) => string
}

/** The ids themselves, for as long as nothing else is known. */
export const idsAsNames: Names = {
  unit: (id) => id,
  person: (id) => id,
  category: (id) => id,
  contractor: (id) => id,
  serviceLevel: (id) => id,
}

/** Names in a language; the id of whatever is there no more. */
export function namesIn(choices: CaseChoicesView | undefined, language: Language): Names {
  if (choices === undefined) return idsAsNames
  const units = new Map(choices.units.map(({ id, name }) => [id, name]))
  const people = new Map(choices.people.map(({ id, name }) => [id, name]))
  const categories = new Map(
    choices.categories.map(({ id, name }) => [id, textIn(name, language)]),
  )
  const contractors = new Map(choices.contractors.map(({ id, name }) => [id, name]))
  const levels = new Map(choices.serviceLevels.map(({ id, name }) => [id, name]))
  return {
    unit: (id) => units.get(id) ?? id,
    person: (id) => people.get(id) ?? id,
    category: (id) => categories.get(id) ?? id,
    contractor: (id) => contractors.get(id) ?? id,
    serviceLevel: (id) => levels.get(id) ?? id,
  }
}
