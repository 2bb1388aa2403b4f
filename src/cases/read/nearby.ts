import { distance } from '@turf/distance'
import type { ScopedQueries } from '../../database/database.ts'
import type { Place } from '../../domain/asset.ts'
import { durationUs, earlier, HOUR, later, type TimeUs } from '../../domain/time.ts'
import { caseRow, type CaseRow } from '../case-row.ts'
import { joinClassOf, type CaseCatalogue } from '../catalogue.ts'
import type { Category } from '../category.ts'

/** How far in time two reports of one fault may be apart. */
const DAYS = durationUs(30 * 24 * HOUR)
/** Cases of the box on the map that are measured; the newest. */
const MEASURED_MAX = 500
/** Mean radius of the earth in metres (IUGG), as Turf measures with. */
const EARTH = 6_371_008.8

/** An open case near a place. */
export interface Near {
  readonly row: CaseRow
  /** Metres between the two, over a sphere; 0 at the same asset. */
  readonly metres: number
}

interface Around {
  readonly category: string
  readonly asset: string | null
  readonly place: Place
  /** In metres. */
  readonly radius: number
  readonly at: TimeUs
}

/**
 * Open cases of the same group of categories, opened at most 30 days before or after, within the radius
 * or at the same asset; the nearest first, of those as near the oldest. Distance only ever suggests.
 */
export async function nearby(
  query: ScopedQueries,
  catalogue: CaseCatalogue,
  { category, asset, place, radius, at }: Around,
): Promise<readonly Near[]> {
  const categories = sameGroup(catalogue, category)
  const { lat, lon } = place
  const high = ((radius / EARTH) * 180) / Math.PI
  const wide = high / Math.max(0.01, Math.cos((lat * Math.PI) / 180))
  const rows = await query
    .selectFrom('case')
    .selectAll()
    .where('closed_at', 'is', null)
    .where('state', '<>', 'hidden')
    .whereRef('root', '=', 'id')
    .where('category', 'in', categories)
    .where('opened_at', '>=', earlier(at, DAYS))
    .where('opened_at', '<=', later(at, DAYS))
    .where((where) =>
      where.or([
        where.and([
          where('lat', '>=', lat - high),
          where('lat', '<=', lat + high),
          where('lon', '>=', lon - wide),
          where('lon', '<=', lon + wide),
        ]),
        ...(asset === null ? [] : [where('asset', '=', asset)]),
      ]),
    )
    .orderBy('opened_at', 'desc')
    .orderBy('id')
    .limit(MEASURED_MAX)
    .execute()
  return rows
    .map((stored) => ({
      row: caseRow(stored),
      metres: stored.asset !== null && stored.asset === asset ? 0 : metres(stored, place),
    }))
    .filter((near) => near.metres <= radius)
    .toSorted((a, b) => a.metres - b.metres || a.row.opened_at - b.row.opened_at)
}

/** Categories under the same heading, or of the same join class: people mix those up. */
function sameGroup(catalogue: CaseCatalogue, id: string): readonly string[] {
  const own = catalogue.categories.get(id)
  if (own === undefined) return [id]
  const isSame = (other: Category): boolean =>
    (own.group !== undefined && other.group === own.group) ||
    joinClassOf(other) === joinClassOf(own)
  return [...catalogue.categories].flatMap(([key, other]) => (isSame(other) ? [key] : []))
}

function metres(
  { lat, lon }: { readonly lat: number | null; readonly lon: number | null },
  place: Place,
): number {
  if (lat === null || lon === null) return Infinity
  return distance([lon, lat], [place.lon, place.lat], { units: 'meters' })
}
