import { publicCategories, type CaseCatalogue } from '../cases/catalogue.ts'
import type { CaseRow } from '../cases/case-row.ts'
import { caseRow } from '../cases/case-row.ts'
import type { ScopedQueries } from '../database/database.ts'

/** Who looks: anybody, or a client by its key. */
export interface Viewer {
  readonly client: string | undefined
  /** It sees its own reports also where they are shown to nobody else. */
  readonly seesPrivate: boolean
}

export const anybody: Viewer = { client: undefined, seesPrivate: false }

/** Assets that the database is told to leave out; the rest is left out afterwards. */
const HIDDEN_ASSETS = 10_000

/**
 * The only place that says which cases the door shows: not hidden, of a category that citizens may
 * choose, about nothing whose existence is not public. A private case is shown to the client that
 * reported it, if that one may see such; to nobody else.
 */
export function visibleCases(
  query: ScopedQueries,
  catalogue: CaseCatalogue,
  viewer: Viewer,
) {
  const open = publicCategories(catalogue)
  const ids = open.map(([id]) => id)
  const shown = open.filter(([, one]) => !one.private).map(([id]) => id)
  const hidden = hiddenAssets(catalogue).slice(0, HIDDEN_ASSETS)
  return (
    query
      .selectFrom('case')
      .where('case.state', '<>', 'hidden')
      // A list without entries would be no SQL; no id is empty.
      .where('case.category', 'in', ids.length > 0 ? ids : [''])
      .where((eb) =>
        eb.or([
          eb('case.asset', 'is', null),
          eb('case.asset', 'not in', hidden.length > 0 ? hidden : ['']),
        ]),
      )
      .where((eb) => {
        const everybody = eb.and([
          eb('case.private', '=', 0),
          eb('case.category', 'in', shown.length > 0 ? shown : ['']),
        ])
        if (viewer.client === undefined || !viewer.seesPrivate) return everybody
        const own = eb
          .selectFrom('open311_request')
          .select('open311_request.case')
          .where('open311_request.client', '=', viewer.client)
        return eb.or([everybody, eb('case.id', 'in', own)])
      })
  )
}

/** The last word on what the query found: also of more hidden assets than a query can name. */
export function onlyPublicAssets<Row extends { readonly asset: string | null }>(
  catalogue: CaseCatalogue,
  rows: readonly Row[],
): readonly Row[] {
  return rows.filter(
    ({ asset }) => asset === null || catalogue.assets.get(asset)?.public !== false,
  )
}

/** A visible case by its id, with its root if that is another one. */
export async function visibleById(
  query: ScopedQueries,
  catalogue: CaseCatalogue,
  about: { readonly viewer: Viewer; readonly ids: readonly string[] },
): Promise<ReadonlyMap<string, CaseRow>> {
  if (about.ids.length === 0) return new Map()
  const rows = await visibleCases(query, catalogue, about.viewer)
    .selectAll('case')
    .where('case.id', 'in', about.ids)
    .execute()
  return new Map(
    onlyPublicAssets(catalogue, rows).map((row) => [row.id, caseRow(row)] as const),
  )
}

function hiddenAssets(catalogue: CaseCatalogue): readonly string[] {
  return [...catalogue.assets].filter(([, one]) => !one.public).map(([id]) => id)
}
