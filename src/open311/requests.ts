import { categoryName } from '../cases/catalogue.ts'
import { caseRow, type CaseRow } from '../cases/case-row.ts'
import type { ScopedQueries } from '../database/database.ts'
import type { Language } from '../domain/language.ts'
import type { TimeUs } from '../domain/time.ts'
import { serviceCode, type Open311Catalogue } from './config.ts'
import { whole } from './dates.ts'
import { extensionsOf } from './extensions.ts'
import { mediaUrl, photosOfCases } from './shown-photos.ts'
import { externalCode, isClosed, requestStatus, type Standing } from './statuses.ts'
import { reasonText } from './texts.ts'
import { onlyPublicAssets, visibleById, visibleCases, type Viewer } from './visibility.ts'
import type { Said } from './xml.ts'

/** Most requests in one answer. */
export const MOST_REQUESTS = 1_000

/** Which requests somebody asks for. */
export interface RequestFilter {
  /** Overrides everything else; at most 1,000. */
  readonly ids?: readonly string[]
  /** Category ids. */
  readonly categories?: readonly string[]
  readonly statuses?: ReadonlySet<'open' | 'closed'>
  /** Requested or changed in this time. */
  readonly window?: { readonly from: TimeUs; readonly to: TimeUs }
  readonly updatedAfter?: TimeUs
  readonly updatedBefore?: TimeUs
  /** From 1. */
  readonly page: number
  readonly pageSize: number
}

export interface Reading {
  readonly query: ScopedQueries
  readonly catalogue: Open311Catalogue
  readonly viewer: Viewer
  readonly language: Language
  /** The asker knows more states than open and closed. */
  readonly extended: boolean
  /** The asker takes several addresses of photos. */
  readonly severalPhotos: boolean
  /** Tells everything that is public, not only what the contract has fields for. */
  readonly extensions: boolean
  /** Where people reach the service, without a slash at the end. */
  readonly baseUrl: string
  /** Responsible where no unit is. */
  readonly organisationName: string
}

/** The requests that fit and that the asker may see, the newest first. */
export async function readRequests(
  reading: Reading,
  filter: RequestFilter,
): Promise<readonly Said[]> {
  if (filter.ids !== undefined) return await requestsById(reading, filter.ids)
  const { query, catalogue, viewer } = reading
  let cases = visibleCases(query, catalogue, viewer)
    .selectAll('case')
    .orderBy('case.opened_at', 'desc')
    .orderBy('case.id')
    .limit(filter.pageSize)
    .offset((filter.page - 1) * filter.pageSize)
  const { categories, statuses, window, updatedAfter, updatedBefore } = filter
  if (categories !== undefined) {
    cases = cases.where('case.category', 'in', categories.length > 0 ? categories : [''])
  }
  if (statuses?.size === 1) {
    const closed = ['closed', 'reopen_requested']
    cases = statuses.has('closed')
      ? cases.where((eb) =>
          eb.or([eb('case.state', 'in', closed), eb('case.root', '<>', eb.ref('case.id'))]),
        )
      : cases.where('case.state', 'not in', closed).whereRef('case.root', '=', 'case.id')
  }
  if (window !== undefined) {
    const { from, to } = window
    cases = cases.where((eb) =>
      eb.or([
        eb.and([eb('case.opened_at', '>=', from), eb('case.opened_at', '<=', to)]),
        eb.and([eb('case.changed_at', '>=', from), eb('case.changed_at', '<=', to)]),
      ]),
    )
  }
  if (updatedAfter !== undefined) cases = cases.where('case.changed_at', '>=', updatedAfter)
  if (updatedBefore !== undefined) {
    cases = cases.where('case.changed_at', '<=', updatedBefore)
  }
  const rows = onlyPublicAssets(catalogue, await cases.execute()).map(caseRow)
  return await tellRequests(
    reading,
    rows.map((row) => ({ id: row.number, row })),
  )
}

/** By number, or by the id that a client was given for its own report. */
export async function requestsById(
  reading: Reading,
  ids: readonly string[],
): Promise<readonly Said[]> {
  if (ids.length === 0) return []
  const { query, catalogue, viewer } = reading
  const numbered = await query
    .selectFrom('case')
    .select(['id', 'number'])
    .where('number', 'in', ids)
    .execute()
  const given = await query
    .selectFrom('open311_request')
    .select(['id', 'case'])
    .where('id', 'in', ids)
    .execute()
  const caseOf = new Map([
    ...given.map((one) => [one.id, one.case] as const),
    ...numbered.map(({ id, number }) => [number, id] as const),
  ])
  const found = await visibleById(query, catalogue, {
    viewer,
    ids: [...new Set(caseOf.values())],
  })
  const asked = [...new Set(ids)].flatMap((id) => {
    const row = found.get(caseOf.get(id) ?? '')
    return row === undefined ? [] : [{ id, row }]
  })
  return await tellRequests(reading, asked)
}

/** A case under the id by which it was asked for. */
interface AskedRow {
  readonly id: string
  readonly row: CaseRow
}

async function tellRequests(
  reading: Reading,
  asked: readonly AskedRow[],
): Promise<readonly Said[]> {
  const { query } = reading
  const rows = asked.map(({ row }) => row)
  const roots = await rootsOf(reading, rows)
  const cases = [...new Set(rows.map(({ id }) => id))]
  const photos = await photosOfCases(query, reading, cases)
  const told: Said[] = []
  for (const { id, row } of asked) {
    const shown = photos.get(row.id) ?? []
    told.push({
      ...requestView(reading, row, { id, roots, shown }),
      ...(reading.extensions &&
        (await extensionsOf(query, row, {
          standing: standingOf(row),
          language: reading.language,
          photos: shown,
        }))),
    })
  }
  return told
}

/** The visible cases that others were merged into. */
async function rootsOf(
  { query, catalogue, viewer }: Reading,
  rows: readonly CaseRow[],
): Promise<ReadonlyMap<string, CaseRow>> {
  const ids = rows.filter(({ id, root }) => root !== id).map(({ root }) => root)
  return await visibleById(query, catalogue, { viewer, ids: [...new Set(ids)] })
}

/** A merged case is closed as a duplicate, whatever its own row says. */
export function standingOf(row: CaseRow): Standing {
  return row.root === row.id
    ? { state: row.state, reason: row.closing_reason }
    : { state: 'closed', reason: 'duplicate' }
}

function requestView(
  reading: Reading,
  row: CaseRow,
  {
    id,
    roots,
    shown,
  }: {
    readonly id: string
    readonly roots: ReadonlyMap<string, CaseRow>
    readonly shown: readonly string[]
  },
) {
  const { catalogue, language, extended, organisationName } = reading
  const standing = standingOf(row)
  return {
    service_request_id: id,
    status: requestStatus(standing, extended),
    status_notes: isClosed(standing)
      ? notes(row, standing, { language, root: roots.get(row.root)?.number })
      : null,
    service_name: categoryName(catalogue, row.category)[language],
    service_code: serviceCode(row.category),
    // What citizens wrote is shown to nobody before somebody released it.
    description: null,
    agency_responsible: unitName(catalogue, row.unit) ?? organisationName,
    service_notice: null,
    requested_datetime: whole(row.opened_at),
    updated_datetime: whole(row.changed_at),
    expected_datetime: row.planned_for === null ? null : whole(row.planned_for),
    address: row.address,
    address_id: row.asset,
    zipcode: null,
    lat: row.lat === null ? null : String(row.lat),
    long: row.lon === null ? null : String(row.lon),
    media_url: mediaUrl(shown, reading.severalPhotos),
    ...(extended && { external_status_code: externalCode(standing) }),
  }
}

function notes(
  row: CaseRow,
  standing: Standing,
  { language, root }: { readonly language: Language; readonly root: string | undefined },
): string {
  const why = reasonText(standing, language, root)
  const own = row.root === row.id ? row.closing_text : null
  return own === null || own === '' ? why : `${why} ${own}`
}

function unitName({ units }: Open311Catalogue, unit: string | null): string | undefined {
  return unit === null ? undefined : units.get(unit)?.name
}
