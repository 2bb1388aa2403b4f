import type { ScopedQueries, UnitOfWork } from '../database/database.ts'
import type { Place } from '../domain/asset.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'
import { speaksOf, type NoticeWorld } from './matching.ts'
import { noticeText } from './notice.ts'

/** What storms must know of the configuration; answered without waiting. */
export interface StormWorld extends NoticeWorld {
  /** Which area a place lies in; empty for none. */
  readonly areaOf: (place: Place) => string
  readonly hasLevel: (serviceLevel: string) => boolean
}

/** A fault that may be a storm's. */
interface Fault {
  /** Any of them. */
  readonly categories: readonly string[]
  readonly asset: string | null
  readonly place: Place | null
  readonly at: TimeUs
}

/** A storm over an area; the area is empty where the configuration knows none. */
interface Over {
  readonly notice: string
  readonly area: string
  readonly serviceLevel: string | null
}

/** Storms that run at once; the newest are asked. */
const STORMS_MAX = 100

/**
 * Asks the notices of the storms that run. Everything happens in the caller's transaction, so a
 * storm that was ended gathers nothing more from that moment on.
 */
export function createStorms(worldNow: (organisation: OrganisationId) => StormWorld): {
  runs(query: ScopedQueries, at: TimeUs): Promise<boolean>
  over(work: UnitOfWork, fault: Fault): Promise<Over | undefined>
} {
  return {
    async runs(query, at) {
      const row = await running(query, at).limit(1).executeTakeFirst()
      return row !== undefined
    },
    async over({ organisation, query }, fault) {
      const rows = await running(query, fault.at).limit(STORMS_MAX).execute()
      if (rows.length === 0) return undefined
      const world = worldNow(organisation)
      for (const { id, text } of rows) {
        const found = overFault(noticeText.parse(JSON.parse(text)), fault, world)
        if (found !== undefined) return { notice: id, ...found }
      }
      return undefined
    },
  }
}

function running(query: ScopedQueries, at: TimeUs) {
  return query
    .selectFrom('notice')
    .select(['id', 'text'])
    .where('kind', '=', 'storm')
    .where('to_at', '>', at)
    .where('from_at', '<=', at)
    .orderBy('published_at', 'desc')
    .orderBy('id')
}

/** A storm over one area has one case; one over everything has one in each area. Pure. */
function overFault(
  { scope, serviceLevel }: ReturnType<typeof noticeText.parse>,
  { categories, asset, place }: Fault,
  world: StormWorld,
): Omit<Over, 'notice'> | undefined {
  const where = {
    ...(asset !== null && { asset }),
    ...(place !== null && { place }),
  }
  const covers = categories.some((category) =>
    speaksOf(scope, { category, ...where }, world),
  )
  if (!covers) return undefined
  const stands = place ?? (asset === null ? undefined : world.assets.get(asset)?.place)
  const level = serviceLevel !== undefined && world.hasLevel(serviceLevel)
  return {
    area: scope.area ?? (stands === undefined ? '' : world.areaOf(stands)),
    serviceLevel: level ? serviceLevel : null,
  }
}
