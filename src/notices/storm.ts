import type { Database, ScopedQueries } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import {
  durationUs,
  earlier,
  HOUR,
  later,
  MINUTE,
  toIso,
  type TimeUs,
} from '../domain/time.ts'

/** So many report the same that one answer should serve them all. */
export interface StormProposal {
  readonly category: string
  /** Empty: no area that the configuration knows. */
  readonly area: string
  /** Reports of people within the last quarter of an hour. */
  readonly reports: number
  /** The middle of what came at this time of day in the last four weeks. */
  readonly usual: number
  /** ISO 8601: the first of them. */
  readonly since: string
}

/** What an arrival is judged by. */
const WITHIN = durationUs(15 * MINUTE)
const DAY = durationUs(24 * HOUR)
const DAYS = 28
/** Fewer than this within the quarter of an hour are no storm, whatever is usual. */
export const FEWEST = 10
/** So many times the usual is one. */
export const TIMES_USUAL = 6
/** Reports of a quarter of an hour that are looked at; beyond it the newest tell enough. */
const REPORTS_MAX = 20_000

/** Is it a storm? Pure; `usual` is the median of the same quarter of an hour on other days. */
export function isStorm(reports: number, usual: number): boolean {
  return reports > Math.max(FEWEST, TIMES_USUAL * usual)
}

export interface StormParts {
  readonly database: Database
  readonly clock: Clock
  /** Which area a place lies in; empty for none. */
  readonly areaOf: (
    organisation: OrganisationId,
  ) => Promise<(place: { readonly lat: number; readonly lon: number }) => string>
}

/** What somebody should publish a storm notice for now, most reports first. */
export async function proposeStorms(
  { database, clock, areaOf }: StormParts,
  organisation: OrganisationId,
): Promise<readonly StormProposal[]> {
  const now = clock.now()
  const area = await areaOf(organisation)
  const query = database.read(organisation)
  const arrivals = groups(await arrivalsAt(query, now), area)
  const many = [...arrivals.values()].filter(({ reports }) => reports > FEWEST)
  if (many.length === 0) return []
  const days: ReadonlyMap<string, Group>[] = []
  for (let day = 1; day <= DAYS; day += 1) {
    const then = earlier(now, durationUs(day * DAY))
    days.push(groups(await arrivalsAt(query, then), area))
  }
  return many
    .map((group) => ({ group, usual: usualOf(group, days) }))
    .filter(({ group, usual }) => isStorm(group.reports, usual))
    .map(({ group: { category, area: where, reports, since }, usual }) => {
      return { category, area: where, reports, usual, since: toIso(since) }
    })
    .toSorted((a, b) => b.reports - a.reports)
}

interface Arrival {
  readonly category: string
  readonly at: TimeUs
  readonly lat: number | null
  readonly lon: number | null
}

interface Group {
  readonly category: string
  readonly area: string
  readonly reports: number
  readonly since: TimeUs
}

/** What people reported within the quarter of an hour that ends then. */
async function arrivalsAt(query: ScopedQueries, end: TimeUs): Promise<readonly Arrival[]> {
  return await query
    .selectFrom('report')
    .innerJoin('case', 'case.id', 'report.case')
    .select(['report.category', 'report.received_at as at', 'case.lat', 'case.lon'])
    .where('report.received_at', '>', earlier(end, WITHIN))
    .where('report.received_at', '<', later(end, durationUs(1)))
    .where('report.source', '<>', 'alarm')
    .orderBy('report.received_at', 'desc')
    .limit(REPORTS_MAX)
    .execute()
}

function groups(
  arrivals: readonly Arrival[],
  areaOf: (place: { readonly lat: number; readonly lon: number }) => string,
): ReadonlyMap<string, Group> {
  const found = new Map<string, Group>()
  for (const { category, at, lat, lon } of arrivals) {
    const area = lat === null || lon === null ? '' : areaOf({ lat, lon })
    const key = JSON.stringify([category, area])
    const known = found.get(key)
    const reports = (known?.reports ?? 0) + 1
    const since = known === undefined || at < known.since ? at : known.since
    found.set(key, { category, area, reports, since })
  }
  return found
}

function usualOf(
  { category, area }: Group,
  days: readonly ReadonlyMap<string, Group>[],
): number {
  const key = JSON.stringify([category, area])
  const counts = days.map((day) => day.get(key)?.reports ?? 0).toSorted((a, b) => a - b)
  const middle = counts.length / 2
  return ((counts[middle - 1] ?? 0) + (counts[middle] ?? 0)) / 2
}
