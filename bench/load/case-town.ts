import type { OrganisationId } from '../../src/domain/ids.ts'
import { timeUs } from '../../src/domain/time.ts'

/** 170 organisations share the cases as municipalities share people: the largest has a tenth of them. */
export const ORGANISATIONS = 170
export const UNITS = 12
export const CATEGORIES = 40
const HOUR = 3_600_000_000
/** Cases are kept five years; the newest is opened at the end. */
export const END = timeUs(Date.parse('2026-11-20T12:00:00Z') * 1_000)
const YEARS = 5 * 365 * 24 * HOUR
const OPEN_PER_MILLE = 40

/** A row with the names of its columns, for either database. */
export type Row = Readonly<Record<string, string | number | null>>

export function organisationName(index: number): OrganisationId {
  return `town-${String(index).padStart(3, '0')}` as OrganisationId
}

/** How many cases each organisation has: a Zipf-like share that ends at a few thousand. */
export function shares(total: number): readonly number[] {
  const weights = Array.from({ length: ORGANISATIONS }, (_, index) => 1 / (index + 8))
  const sum = weights.reduce((all, weight) => all + weight, 0)
  return weights.map((weight) => Math.round((total * weight) / sum))
}

/** A number below `below` that is the same in every run (a Weyl sequence, mixed). */
function pick(seed: number, salt: number, below: number): number {
  let x = Math.imul(seed ^ Math.imul(salt, 0x9e37_79b1), 0x85eb_ca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2_ae35)
  return ((x ^ (x >>> 16)) >>> 0) % below
}

const states = ['received', 'assigned', 'investigating', 'planned', 'in_progress'] as const
const streets = [
  'Storgatan',
  'Hamngatan',
  'Skolvägen',
  'Kungsgatan',
  'Åkervägen',
  'Järnvägsgatan',
]

/** Case `index` of an organisation with `count` of them, as its table has it. */
export function caseRow(organisation: string, index: number, count: number): Row {
  const seed = index + 1
  const openedAt = END - Math.floor(((count - index) / count) * YEARS)
  const isOpen = pick(seed, 1, 1_000) < OPEN_PER_MILLE
  const closedAt = isOpen ? null : openedAt + pick(seed, 2, 400) * HOUR
  const id = `c-${String(index).padStart(8, '0')}`
  const number = `T-${2021 + Math.floor((index / count) * 5)}-${String(index).padStart(6, '0')}`
  const category = `category-${pick(seed, 3, CATEGORIES)}`
  const street = streets[pick(seed, 4, streets.length)] ?? ''
  return {
    organisation,
    id,
    number,
    kind: 'single',
    state: isOpen ? (states[pick(seed, 5, states.length)] ?? 'received') : 'closed',
    closing_reason: isOpen ? null : 'fixed',
    closing_text: null,
    category,
    join_class: category,
    asset: null,
    lat: 58 + pick(seed, 6, 100_000) / 500_000,
    lon: 11 + pick(seed, 7, 100_000) / 250_000,
    unit: pick(seed, 8, 50) === 0 ? null : `unit-${pick(seed, 9, UNITS)}`,
    verify: 0,
    version: 1,
    opened_at: openedAt,
    changed_at: closedAt ?? openedAt + pick(seed, 10, 100) * HOUR,
    closed_at: closedAt,
    recurrence_of: null,
    search: `${number} ${category} ${street} ${pick(seed, 11, 90)}`.toLowerCase(),
    matter: 'fault',
    priority: pick(seed, 12, 20) === 0 ? 'urgent' : 'normal',
    assignee: isOpen && pick(seed, 13, 2) === 0 ? `user-${pick(seed, 14, 88)}` : null,
    contractor: null,
    root: id,
    prior_state: null,
    address: street,
    private: 0,
    border: 0,
    planned_for: null,
    answer_by: null,
    forwarded_to: null,
    forwarded_reference: null,
    policy: 'normal',
    due_at: isOpen ? openedAt + (24 + pick(seed, 15, 400)) * HOUR : null,
  }
}

/** The report that opened it. */
export function reportRow(organisation: string, index: number, count: number): Row {
  const {
    id,
    category,
    lat = null,
    lon = null,
    opened_at: at = 0,
  } = caseRow(organisation, index, count)
  return {
    organisation,
    id: `r-${String(id)}`,
    case: id ?? null,
    source: pick(index + 1, 16, 3) === 0 ? 'phone' : 'web',
    category: category ?? null,
    asset: null,
    lat,
    lon,
    occurrence: null,
    language: 'sv',
    received_at: at,
    count: 1,
    idempotency_key: null,
    source_detail: null,
    matter: 'fault',
    answers: '{}',
    address: null,
  }
}
