import type { Place } from '../../domain/asset.ts'
import { toIso, type TimeUs } from '../../domain/time.ts'
import type { CaseRow } from '../case-row.ts'
import { viewsOf } from '../case-views.ts'
import { categoryName, publicAsset, type CaseCatalogue } from '../catalogue.ts'
import type { Cases } from '../cases.ts'
import { caseById } from '../change.ts'
import { isPublic } from '../join/followable.ts'
import type { OwnParts } from '../parts.ts'
import { nearby, type Near } from './nearby.ts'

/** Shown to somebody who reports. */
const SUGGESTIONS = 5
/** Shown to somebody who handles a case, and how far away, in metres. */
const DUPLICATES = 20
const HANDLER_RADIUS = 1_000

/** What somebody may be about to report again, as everybody may know it. */
export function suggestions(parts: OwnParts): Cases['suggestions'] {
  return async (organisation, { category, asset, place }) => {
    const catalogue = await parts.catalogue(organisation)
    const chosen = catalogue.categories.get(category)
    const thing = asset === undefined ? undefined : publicAsset(catalogue, asset)
    const where = place ?? thing?.place
    if (chosen?.public !== true || where === undefined) return []
    const query = parts.database.read(organisation)
    const found = await nearby(query, catalogue, {
      category,
      asset: thing === undefined ? null : (asset ?? null),
      place: where,
      radius: chosen.radius,
      at: parts.clock.now(),
    })
    const shown = found.filter(({ row }) => isShown(catalogue, row)).slice(0, SUGGESTIONS)
    const photos = await parts.photos?.of(
      query,
      shown.map(({ row }) => row.id),
    )
    return shown.map(({ row, metres }) => ({
      id: row.id,
      number: row.number,
      state: row.state,
      category: { id: row.category, name: categoryName(catalogue, row.category) },
      metres: roundly(metres),
      openedAt: toIso(row.opened_at),
      photo: photos?.find((one) => one.case === row.id && one.isPublic)?.id ?? null,
    }))
  }
}

function isShown(catalogue: CaseCatalogue, row: CaseRow): boolean {
  if (!isPublic(catalogue, row)) return false
  return row.asset === null || publicAsset(catalogue, row.asset) !== undefined
}

/** Nobody need know a place to the metre. */
function roundly(metres: number): number {
  return Math.round(metres / 10) * 10
}

/** Open cases that may be the same as this one; whether they are, people decide. */
export function duplicates(parts: OwnParts): Cases['duplicates'] {
  return async (organisation, id) => {
    const query = parts.database.read(organisation)
    const row = await caseById(query, id)
    const catalogue = await parts.catalogue(organisation)
    const place = placeOf(catalogue, row)
    if (place === undefined) return []
    const { category, asset } = row
    const at: TimeUs = row.opened_at
    const about = { category, asset, place, radius: HANDLER_RADIUS, at }
    const found = (await nearby(query, catalogue, about)).filter(
      (near: Near) => near.row.id !== row.id && near.row.id !== row.root,
    )
    const near = found.slice(0, DUPLICATES)
    const views = await viewsOf(
      query,
      catalogue,
      near.map((one) => one.row),
    )
    return views.map((view, index) => {
      return { case: view, metres: Math.round(near[index]?.metres ?? 0) }
    })
  }
}

function placeOf(
  catalogue: CaseCatalogue,
  { lat, lon, asset }: CaseRow,
): Place | undefined {
  if (lat !== null && lon !== null) return { lat, lon }
  return asset === null ? undefined : catalogue.assets.get(asset)?.place
}
