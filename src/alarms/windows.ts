import { z } from 'zod'
import type { ScopedQueries } from '../database/database.ts'
import type { Tables } from '../database/tables.ts'
import type { Place } from '../domain/asset.ts'
import { timeUs, toIso, type TimeUs } from '../domain/time.ts'

/** Assets that one window names. */
export const MOST_ASSETS = 1_000

const degrees = (most: number) => z.number().min(-most).max(most)

/** Which assets planned work touches: all, those named, those of some types, or those in a rectangle. */
export const windowScope = z.union([
  z.strictObject({ all: z.literal(true) }),
  z.strictObject({ assets: z.array(z.string().min(1).max(128)).min(1).max(MOST_ASSETS) }),
  z.strictObject({ types: z.array(z.string().min(1).max(120)).min(1).max(50) }),
  z.strictObject({
    /** WGS84 degrees. */
    area: z.strictObject({
      south: degrees(90),
      west: degrees(180),
      north: degrees(90),
      east: degrees(180),
    }),
  }),
])
export type WindowScope = z.infer<typeof windowScope>

const time = z.iso.datetime()

/** Planned work as people see it. */
export const windowView = z.object({
  id: z.string(),
  scope: windowScope,
  from: time,
  to: time,
  by: z.string(),
  reason: z.string(),
  state: z.enum(['planned', 'running', 'over']),
  endedAt: time.nullable(),
  endedBy: z.string().nullable(),
})
export type WindowView = z.infer<typeof windowView>

/** What planned work would touch. */
export const windowPreview = z.object({
  assets: z.int(),
  openAlarms: z.int(),
})
export type WindowPreview = z.infer<typeof windowPreview>

export type WindowRow = Readonly<Tables['maintenance_window']>

export function scopeOf({ scope }: Pick<WindowRow, 'scope'>): WindowScope {
  return windowScope.parse(JSON.parse(scope))
}

export function viewOfWindow(row: WindowRow, now: TimeUs): WindowView {
  return {
    id: row.id,
    scope: scopeOf(row),
    from: toIso(row.from_at),
    to: toIso(row.to_at),
    by: row.by,
    reason: row.reason,
    state: stateOfWindow(row, now),
    endedAt: row.ended_at === null ? null : toIso(row.ended_at),
    endedBy: row.ended_by,
  }
}

export function stateOfWindow(row: WindowRow, now: TimeUs): WindowView['state'] {
  if (endOf(row) <= now) return 'over'
  return row.from_at <= now ? 'running' : 'planned'
}

/** When it was ended, or else will end. */
export function endOf({ ended_at, to_at }: WindowRow): TimeUs {
  return ended_at ?? to_at
}

/**
 * Planned work as it really began, for who looks back: not before it was planned. Undefined for what
 * was taken back before it began.
 */
export function begunOf(row: WindowRow): WindowRow | undefined {
  const from = timeUs(Math.max(row.from_at, row.created_at))
  return endOf(row) <= from ? undefined : { ...row, from_at: from }
}

/** The ids of assets that are not retired and lie in the scope, for use inside another query. */
export function assetsIn(query: ScopedQueries, scope: WindowScope) {
  const all = query.selectFrom('asset').select('asset.id').where('asset.retired', '=', 0)
  if ('all' in scope) return all
  if ('assets' in scope) return all.where('asset.id', 'in', scope.assets)
  if ('types' in scope) return all.where('asset.type', 'in', scope.types)
  const { south, west, north, east } = scope.area
  return all
    .where('asset.lat', '>=', south)
    .where('asset.lat', '<=', north)
    .where('asset.lon', '>=', west)
    .where('asset.lon', '<=', east)
}

/** The same of one asset that is known otherwise than from the table. */
export function isInScope(
  scope: WindowScope,
  asset: { readonly id: string; readonly type: string; readonly place?: Place | undefined },
): boolean {
  if ('all' in scope) return true
  if ('assets' in scope) return scope.assets.includes(asset.id)
  if ('types' in scope) return scope.types.includes(asset.type)
  const { place } = asset
  if (place === undefined) return false
  const { south, west, north, east } = scope.area
  return place.lat >= south && place.lat <= north && place.lon >= west && place.lon <= east
}

/** Windows that have begun, are not over and were not ended. */
export function runningWindows(
  query: ScopedQueries,
  now: TimeUs,
): Promise<readonly WindowRow[]> {
  return query
    .selectFrom('maintenance_window')
    .selectAll()
    .where('from_at', '<=', now)
    .where('to_at', '>', now)
    .where('ended_at', 'is', null)
    .orderBy('id')
    .execute()
}
