import type { ScopedQueries } from '../database/database.ts'
import type { Language } from '../domain/language.ts'
import { toIso, type TimeUs } from '../domain/time.ts'
import type { Window } from './facts.ts'
import type { NamesOf } from './names.ts'
import type { Cell } from './table.ts'

/** Cases that one file holds: a spreadsheet is made in memory. */
export const FILE_CASES_MAX = 100_000
const PAGE = 5_000

/** What stands in a file of cases by its id and, beside it, by its name. */
const named = ['category', 'unit', 'contractor', 'asset', 'assignee'] as const

/** A case as a row of a file: no name of who reported it, nobody's own words. */
export interface ListedCase {
  readonly number: string
  readonly category: string
  readonly state: string
  readonly reason: string | null
  readonly unit: string | null
  readonly contractor: string | null
  readonly asset: string | null
  readonly openedAt: TimeUs
  readonly closedAt: TimeUs | null
  readonly lat: number | null
  readonly lon: number | null
  /** Id of whoever of the staff has it. */
  readonly assignee: string | null
}

/** The same with the names of what it has ids of; null for what has none. */
export interface NamedCase extends ListedCase {
  readonly names: Readonly<Record<(typeof named)[number], string | null>>
}

/** Gives the cases of each page their names, in one way for every file. */
export async function* nameCases(
  pages: AsyncIterable<readonly ListedCase[]>,
  namesOf: NamesOf,
  language: Language,
): AsyncGenerator<readonly NamedCase[]> {
  for await (const page of pages) {
    const names = await Promise.all(
      named.map(async (by) => {
        const keys = [...new Set(page.flatMap((one) => one[by] ?? []))]
        return [by, await namesOf(by, { keys, language })] as const
      }),
    )
    const nameOf = new Map(names)
    yield page.map((one) =>
      withNames(one, (by) => nameOf.get(by)?.get(one[by] ?? '') ?? null),
    )
  }
}

function withNames(
  one: ListedCase,
  called: (by: (typeof named)[number]) => string | null,
): NamedCase {
  return {
    ...one,
    names: {
      category: called('category'),
      unit: called('unit'),
      contractor: called('contractor'),
      asset: called('asset'),
      assignee: called('assignee'),
    },
  }
}

/**
 * The cases opened within the window, oldest first, without the hidden ones; `onlyPublic` leaves the
 * private ones out, too. Ends after `FILE_CASES_MAX`.
 */
export async function* listCases(
  query: ScopedQueries,
  { from, to }: Window,
  { onlyPublic }: { readonly onlyPublic: boolean },
): AsyncGenerator<readonly ListedCase[]> {
  let after: { readonly at: TimeUs; readonly id: string } | undefined
  for (let given = 0; given < FILE_CASES_MAX;) {
    let page = query
      .selectFrom('case')
      .select(['id', 'number', 'category', 'state', 'closing_reason', 'unit'])
      .select(['contractor', 'asset', 'opened_at', 'closed_at', 'lat', 'lon'])
      .select('assignee')
      .where('opened_at', '>=', from)
      .where('opened_at', '<', to)
      .where('state', '<>', 'hidden')
      .orderBy('opened_at')
      .orderBy('id')
      .limit(Math.min(PAGE, FILE_CASES_MAX - given))
    if (onlyPublic) page = page.where('private', '=', 0)
    if (after !== undefined) {
      const { at, id } = after
      page = page.where((where) =>
        where.or([
          where('opened_at', '>', at),
          where.and([where('opened_at', '=', at), where('id', '>', id)]),
        ]),
      )
    }
    const rows = await page.execute()
    const end = rows.at(-1)
    if (end === undefined) return
    yield rows.map((row) => ({
      number: row.number,
      category: row.category,
      state: row.state,
      reason: row.closing_reason,
      unit: row.unit,
      contractor: row.contractor,
      asset: row.asset,
      openedAt: row.opened_at,
      closedAt: row.closed_at,
      lat: row.lat,
      lon: row.lon,
      assignee: row.assignee,
    }))
    given += rows.length
    after = { at: end.opened_at, id: end.id }
  }
}

/** Names of the columns of a case's row; added to at the end only. */
export const caseColumns = [
  'number',
  'category',
  'state',
  'reason',
  'unit',
  'contractor',
  'asset',
  'opened_at',
  'closed_at',
  'lat',
  'lon',
  'assignee',
  ...named.map((one) => `${one}_name`),
]

export function caseRowCells(one: NamedCase): readonly Cell[] {
  return [
    one.number,
    one.category,
    one.state,
    one.reason,
    one.unit,
    one.contractor,
    one.asset,
    toIso(one.openedAt),
    one.closedAt === null ? null : toIso(one.closedAt),
    one.lat,
    one.lon,
    one.assignee,
    ...named.map((by) => one.names[by]),
  ]
}

/** A case as a GeoJSON feature (RFC 7946); without a place its geometry is null. */
export function caseFeature(one: NamedCase): object {
  const { lat, lon, openedAt, closedAt, ...properties } = one
  return {
    type: 'Feature',
    geometry:
      lat === null || lon === null ? null : { type: 'Point', coordinates: [lon, lat] },
    properties: {
      ...properties,
      openedAt: toIso(openedAt),
      closedAt: closedAt === null ? null : toIso(closedAt),
    },
  }
}
