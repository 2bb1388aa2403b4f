import { distance } from '@turf/distance'
import type { Asset, Place } from '../domain/asset.ts'
import type { NoticeScope } from './notice.ts'

/** What somebody is about to report. */
export interface About {
  /** Left out: not chosen yet. */
  readonly category?: string
  readonly asset?: string
  readonly place?: Place
}

/** What scopes must know of the configuration. */
export interface NoticeWorld {
  readonly assets: ReadonlyMap<string, Asset>
  /** Does the place lie in that area? */
  readonly isIn: (area: string, place: Place) => boolean
}

/** Steps from an asset to its parents; a loop in the configuration ends here. */
const DEEPEST = 32

/**
 * Does a notice speak of this? What is not known yet (no category, no place) does not exclude it: who
 * has only said "a lamp" is told of the storm as well.
 */
export function speaksOf(scope: NoticeScope, about: About, world: NoticeWorld): boolean {
  const { categories, assets } = scope
  const { category } = about
  const isOther =
    category !== undefined && categories.length > 0 && !categories.includes(category)
  if (isOther) return false
  if (assets.length > 0 && !hangsOn(about.asset, new Set(assets), world)) return false
  return isThere(scope, about, world)
}

/** Somebody without a place is told of assets, and of what is everywhere. */
function isThere(
  { assets, area, around }: NoticeScope,
  about: About,
  world: NoticeWorld,
): boolean {
  const asset = about.asset === undefined ? undefined : world.assets.get(about.asset)
  const place = about.place ?? asset?.place
  if (place === undefined) {
    return assets.length > 0 || (area === undefined && around === undefined)
  }
  if (area !== undefined && !world.isIn(area, place)) return false
  return around === undefined || metres(around.place, place) <= around.radius
}

function hangsOn(
  asset: string | undefined,
  on: ReadonlySet<string>,
  { assets }: NoticeWorld,
): boolean {
  let level = asset === undefined ? [] : [asset]
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth += 1) {
    if (level.some((id) => on.has(id))) return true
    level = level.flatMap((id) => assets.get(id)?.parents.map((edge) => edge.asset) ?? [])
  }
  return false
}

function metres(a: Place, b: Place): number {
  return distance([a.lon, a.lat], [b.lon, b.lat], { units: 'meters' })
}
