import type { CaseState } from '../../cases/views.ts'
import type { Which } from '../api/queries.ts'
import { boxOf, boxText } from './map-box.ts'

/** How a list of cases can be ordered: what changed last first, or what is due next first. */
export type CaseOrder = 'changed' | 'due'

/** Which cases are shown, as the address of the page says it. Empty texts narrow nothing. */
export interface ListFilter {
  readonly which: Which
  readonly order: CaseOrder
  readonly search: string
  readonly state: CaseState | ''
  /** Id of a unit, or `-` for cases that no unit has. */
  readonly unit: string
  readonly category: string
  /** Id of whoever has them. */
  readonly person: string
  /** Part of the map, as `west,south,east,north` in degrees. */
  readonly box: string
}

export const caseStates: readonly CaseState[] = [
  'received',
  'assigned',
  'investigating',
  'planned',
  'in_progress',
  'waiting_reporter',
  'waiting_external',
  'done_reported',
  'reopen_requested',
  'closed',
  'hidden',
]

/** No case of these is open, so a list of open cases has none of them. */
const notOpen: ReadonlySet<string> = new Set(['closed', 'hidden', 'reopen_requested'])

/** Signs that the service takes. */
const SEARCH_MAX = 100
const ID_MAX = 63

/** Fields that are texts, by the name that the address and the form have for them. */
const texts = ['search', 'unit', 'category', 'person'] as const

/** Reads the address; what makes no sense there is left out. */
export function filterOf(address: URLSearchParams): ListFilter {
  const text = (name: (typeof texts)[number]) =>
    (address.get(name) ?? '').trim().slice(0, name === 'search' ? SEARCH_MAX : ID_MAX)
  const state = caseStates.find((one) => one === address.get('state')) ?? ''
  return {
    which: address.get('which') === 'all' || notOpen.has(state) ? 'all' : 'open',
    order: address.get('order') === 'due' ? 'due' : 'changed',
    state,
    search: text('search'),
    unit: text('unit'),
    category: text('category'),
    person: text('person'),
    box: boxIn(address),
  }
}

function boxIn(address: URLSearchParams): string {
  const box = boxOf(address.get('box') ?? '')
  return box === undefined ? '' : boxText(box)
}

/** The address of a list, with what is not as usual; `?…`, or nothing. */
export function addressOf(filter: ListFilter): string {
  const { which, order, state, box } = filter
  const said = {
    ...(which === 'all' && { which }),
    ...(order === 'due' && { order }),
    state,
    box,
    ...Object.fromEntries(texts.map((name) => [name, filter[name].trim()])),
  }
  const query = searchOf(said)
  return query === '' ? '' : `?${query}`
}

/** Without what says nothing. */
function searchOf(said: Readonly<Record<string, string>>): string {
  const entries = Object.entries(said).filter(([, value]) => value !== '')
  return new URLSearchParams(entries).toString()
}

/** The same list of the open cases or of all; a state that is never open goes when open ones are asked for. */
export function withWhich(filter: ListFilter, which: Which): ListFilter {
  const isOpen = which === 'all' || !notOpen.has(filter.state)
  return { ...filter, which, ...(!isOpen && { state: '' as const }) }
}

/** The same question for the API. */
export function questionOf(filter: ListFilter): string {
  const { which, order, state, search, unit, category, person, box } = filter
  return searchOf({
    which,
    sort: order,
    states: state,
    search: search.trim(),
    unit,
    category,
    assignee: person,
    box,
  })
}

/** How many fields below the search narrow the list. */
export function narrowedBy({ state, unit, category, person }: ListFilter): number {
  return [state, unit, category, person].filter((value) => value !== '').length
}

/** Does anything keep cases out of the list, but that they are not open? */
export function isNarrowed(filter: ListFilter): boolean {
  return narrowedBy(filter) > 0 || filter.search !== '' || filter.box !== ''
}

/** Is this a whole number of a case, as `STR-2026-000012`? */
export function isCaseNumber(typed: string): boolean {
  return /^[\p{L}\d]{1,3}-\d{4}-\d{6,}$/u.test(typed.trim())
}
