import type { ScopedQueries } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { OrganisationId, PointId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { durationUs, elapsed, SECOND, timeUs, toIso, type TimeUs } from '../domain/time.ts'
import type { ReadingStore, Series, SeriesRequest } from '../store/reading-store.ts'
import type { HistoryView } from './views.ts'

/** A role measured by more devices than this in one range shows only the newest of them. */
const PIECES = 50
/** The store may be away, and then it may also hang. */
const PATIENCE = durationUs(10 * SECOND)

/** A stretch of time in which one point measured the role, cut to what was asked for. */
interface Piece {
  readonly device: string
  readonly point: PointId
  readonly from: TimeUs
  readonly to: TimeUs
}

/**
 * Which points measured a role of an asset between two times, in order of time. What measured it
 * first is taken to have measured it ever since, so that history imported later is seen too.
 */
export async function bindingsBetween(
  query: ScopedQueries,
  asked: {
    readonly asset: string
    readonly role: string
    readonly from: TimeUs
    readonly to: TimeUs
  },
): Promise<readonly Piece[]> {
  const { asset, role, from, to } = asked
  const first = await firstBinding(query, asked)
  if (first === undefined) return []
  const rows = await query
    .selectFrom('binding')
    .select(['device', 'point', 'valid_from', 'valid_to'])
    .where('asset', '=', asset)
    .where('role', '=', role)
    .where((row) => row.or([row('valid_from', '<', to), row('valid_from', '=', first)]))
    .where((row) => row.or([row('valid_to', 'is', null), row('valid_to', '>', from)]))
    .orderBy('valid_from', 'desc')
    .limit(PIECES)
    .execute()
  return rows.toReversed().map(({ device, point, valid_from, valid_to }) => ({
    device,
    point,
    from: valid_from === first ? from : timeUs(Math.max(valid_from, from)),
    to: timeUs(Math.min(valid_to ?? to, to)),
  }))
}

async function firstBinding(
  query: ScopedQueries,
  { asset, role }: { readonly asset: string; readonly role: string },
): Promise<TimeUs | undefined> {
  const row = await query
    .selectFrom('binding')
    .select('valid_from')
    .where('asset', '=', asset)
    .where('role', '=', role)
    .orderBy('valid_from', 'asc')
    .executeTakeFirst()
  return row?.valid_from
}

/** Reads the pieces from the store; throws Problem unavailable when it does not answer. */
export async function readPieces(
  parts: { readonly store: ReadingStore; readonly clock: Clock },
  asked: {
    readonly organisation: OrganisationId
    readonly bindings: readonly Piece[]
    readonly limit: number
  },
): Promise<HistoryView['pieces']> {
  const { organisation, bindings, limit } = asked
  const whole = bindings.reduce((sum, { from, to }) => sum + elapsed(from, to), 0)
  const pieces = []
  for (const { device, point, from, to } of bindings) {
    // Each piece gets samples by its length, and at least what a line needs.
    const share = Math.max(2, Math.floor((limit * elapsed(from, to)) / whole))
    const series = await readSeries(parts, { organisation, point, from, to, limit: share })
    const { total, thinned, samples } = series
    pieces.push({
      device,
      point,
      from: toIso(from),
      to: toIso(to),
      total,
      thinned,
      samples: samples.map(({ at, value, quality }) => ({ at: toIso(at), value, quality })),
    })
  }
  return pieces
}

async function readSeries(
  { store, clock }: { readonly store: ReadingStore; readonly clock: Clock },
  request: SeriesRequest,
): Promise<Series> {
  const late = Promise.withResolvers<never>()
  const cancel = clock.after(PATIENCE, () => late.reject(new Error('no answer in 10 s')))
  try {
    return await Promise.race([store.series(request), late.promise])
  } catch (error) {
    throw new Problem(
      {
        kind: 'unavailable',
        what: 'History cannot be read now',
        why: 'The store of readings does not answer; alarms do not depend on it',
        next: 'Try again in a minute; /readyz says when it is back',
        facts: { retryAfterSeconds: 60 },
      },
      { cause: error },
    )
  } finally {
    cancel()
  }
}
