import type { StatisticsGroup } from '../../statistics/views.ts'
import { civilOf, instantOf } from '../format/civil-time.ts'
import type { StatisticsRange } from '../messages/messages-public.ts'

export const ranges: readonly StatisticsRange[] = ['30d', '90d', '12m', 'year']

/** What figures can be split by; the first is usual. */
export const groups: readonly StatisticsGroup[] = [
  'month',
  'source',
  'category',
  'area',
  'unit',
  'contractor',
  'reason',
]

/** Days of the organisation's calendar, both included: `2026-11-21`. */
export interface Days {
  readonly first: string
  readonly last: string
}

/** What the address asks for: one of the ranges, or days of one's own. */
export interface Chosen extends Days {
  /** Undefined for days of one's own. */
  readonly range: StatisticsRange | undefined
}

/** The service refuses more than ten years, with their leap days. */
const LONGEST_DAYS = 3_653
const DAY_MS = 86_400_000

/** Reads `range`, or `first` and `last`, from an address; whatever makes no sense is the last 30 days. */
export function chosenIn(
  search: URLSearchParams,
  { now, timeZone }: { readonly now: Date; readonly timeZone: string },
): Chosen {
  const today = civilOf(now, timeZone).slice(0, 10)
  const days = { first: search.get('first') ?? '', last: search.get('last') ?? '' }
  if (isRange(days)) return { range: undefined, ...days }
  const range = ranges.find((one) => one === search.get('range')) ?? '30d'
  return { range, first: firstOf(range, today), last: today }
}

/** Are these two days in their order and no more than ten years apart? */
export function isRange({ first, last }: Days): boolean {
  const [from, to] = [dayMs(first), dayMs(last)]
  if (from === undefined || to === undefined) return false
  return from <= to && (to - from) / DAY_MS < LONGEST_DAYS
}

/**
 * `from` and `to` for the service: from midnight to midnight on the organisation's clock. A range that
 * reaches today ends now, which the service knows best, so `to` is left out.
 */
export function windowOf(
  { first, last }: Days,
  { now, timeZone }: { readonly now: Date; readonly timeZone: string },
): URLSearchParams {
  const search = new URLSearchParams()
  const from = midnight(first, timeZone)
  if (from !== undefined) search.set('from', from.toISOString())
  const to = midnight(addDays(last, 1), timeZone)
  if (to !== undefined && to <= now) search.set('to', to.toISOString())
  return search
}

/** The address of a choice; what is usual is left out. */
export function searchOf(
  { range, first, last }: Partial<Chosen>,
  by: StatisticsGroup,
): string {
  const search = new URLSearchParams()
  if (range !== undefined && range !== '30d') search.set('range', range)
  if (range === undefined && first !== undefined && last !== undefined) {
    search.set('first', first)
    search.set('last', last)
  }
  if (by !== 'month') search.set('by', by)
  return search.toString()
}

function firstOf(range: StatisticsRange, today: string): string {
  switch (range) {
    case '30d':
      return addDays(today, -29)
    case '90d':
      return addDays(today, -89)
    case '12m': {
      // Twelve months of the calendar, this one included.
      const [year = 0, month = 1] = today.split('-').map(Number)
      return new Date(Date.UTC(year, month - 12, 1)).toISOString().slice(0, 10)
    }
    case 'year':
      return `${today.slice(0, 4)}-01-01`
  }
}

function addDays(day: string, days: number): string {
  return new Date((dayMs(day) ?? 0) + days * DAY_MS).toISOString().slice(0, 10)
}

/** Midnight of a day as if in UTC; undefined for what the calendar does not have. */
function dayMs(day: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined
  const ms = Date.parse(`${day}T00:00:00.000Z`)
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== day) return undefined
  return ms
}

function midnight(day: string, timeZone: string): Date | undefined {
  return instantOf(`${day}T00:00`, timeZone)
}
