import type { Configurations } from '../configuration/active.ts'
import type { Database, ScopedQueries } from '../database/database.ts'
import type { OrganisationId, PointId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import type { TimeUs } from '../domain/time.ts'
import type { NamedReading } from '../store/export/format.ts'
import type { ReadingStore } from '../store/reading-store.ts'
import { readNames, type Names, type PointRow, type Wanted } from './point-names.ts'

export interface ExportParts {
  readonly database: Database
  readonly configurations: Configurations
  readonly store: ReadingStore
}

/** Which readings: those that fit everything that is named. */
export interface ReadingsAsked {
  readonly organisation: OrganisationId
  /** Id or slug; also of an asset that is retired. */
  readonly asset?: string | undefined
  readonly role?: string | undefined
  /** Id or slug; also of a device that is retired. */
  readonly device?: string | undefined
  /** Keys of points, or their ids in digits. */
  readonly points?: readonly string[] | undefined
  /** Effective time, inclusive. */
  readonly from: TimeUs
  /** Effective time, exclusive. */
  readonly to: TimeUs
}

/** Points that are named and read at a time: what a large organisation costs in memory. */
const POINTS_AT_ONCE = 20_000

/**
 * The readings with what they measured, in the order of (point, effective time). A page is read
 * when the one before was taken. Rejects with Problem not_found when the organisation, asset,
 * device or point does not exist (or is another organisation's), else as the store does.
 */
export async function* namedReadings(
  { database, configurations, store }: ExportParts,
  asked: ReadingsAsked,
): AsyncGenerator<readonly NamedReading[]> {
  const { organisation, from, to } = asked
  const configuration = await configurations.current(organisation)
  if (configuration === undefined) throw missing('organisation', organisation)
  const query = database.read(organisation)
  const wanted = await idsOf(query, asked)
  let after: PointId | undefined
  for (;;) {
    const rows = await pointRows(query, { wanted, after })
    if (rows.length === 0 && after === undefined && isNarrowed(wanted)) {
      throw missing('point', 'that fits all of this')
    }
    const names = await readNames(query, { rows, wanted, decode: configuration.decode })
    const points = rows.map(({ id }) => id)
    // Without a list the store need not look each point up.
    const whole = after === undefined && rows.length < POINTS_AT_ONCE && !isNarrowed(wanted)
    if (points.length > 0) {
      yield* pagesOf(
        store.scan({ organisation, from, to, ...(!whole && { points }) }),
        names,
      )
    }
    if (rows.length < POINTS_AT_ONCE) return
    after = rows.at(-1)?.id
  }
}

async function* pagesOf(
  pages: AsyncIterable<readonly NamedReading['reading'][]>,
  names: Names,
): AsyncGenerator<readonly NamedReading[]> {
  for await (const page of pages) {
    yield page.flatMap((reading): NamedReading[] => {
      const name = names(reading)
      return name === undefined ? [] : [{ name, reading }]
    })
  }
}

function isNarrowed({ asset, role, device, keys, ids }: Wanted): boolean {
  return [asset, role, device].some(Boolean) || keys.length + ids.length > 0
}

async function idsOf(query: ScopedQueries, asked: ReadingsAsked): Promise<Wanted> {
  const { asset, role, device, points = [] } = asked
  return {
    asset: asset === undefined ? undefined : await assetId(query, asset),
    role,
    device: device === undefined ? undefined : await deviceId(query, device),
    // No key of a point is a number: keys begin with a letter.
    keys: points.filter((point) => !isPoint(Number(point))),
    ids: points.map(Number).filter((point) => isPoint(point)),
  }
}

function isPoint(id: number): id is PointId {
  return Number.isSafeInteger(id)
}

/** Who has the slug now wins over who had it as an id. */
async function assetId(query: ScopedQueries, asset: string): Promise<string> {
  const rows = await query
    .selectFrom('asset')
    .select(['id', 'slug', 'retired'])
    .where((eb) => eb.or([eb('slug', '=', asset), eb('id', '=', asset)]))
    .orderBy('retired')
    .execute()
  const found = rows.find(({ slug }) => slug === asset) ?? rows[0]
  if (found === undefined) throw missing('asset', asset)
  return found.id
}

async function deviceId(query: ScopedQueries, device: string): Promise<string> {
  const rows = await query
    .selectFrom('configuration_object')
    .select(['id', 'slug'])
    .where('kind', '=', 'device')
    .where('until_version', 'is', null)
    .where((eb) => eb.or([eb('slug', '=', device), eb('id', '=', device)]))
    .orderBy('retired')
    .execute()
  const found = rows.find(({ slug }) => slug === device) ?? rows[0]
  if (found === undefined) throw missing('device', device)
  return found.id
}

function pointRows(
  query: ScopedQueries,
  { wanted, after }: { readonly wanted: Wanted; readonly after: PointId | undefined },
): Promise<readonly PointRow[]> {
  const { device, keys, ids } = wanted
  let rows = query.selectFrom('point').select(['id', 'device', 'key'])
  if (after !== undefined) rows = rows.where('id', '>', after)
  if (device !== undefined) rows = rows.where('device', '=', device)
  if (keys.length > 0 || ids.length > 0) {
    rows = rows.where((eb) =>
      eb.or([
        ...(keys.length > 0 ? [eb('key', 'in', keys)] : []),
        ...(ids.length > 0 ? [eb('id', 'in', ids)] : []),
      ]),
    )
  }
  const measuring = boundPoints(query, wanted)
  if (measuring !== undefined) rows = rows.where('id', 'in', measuring)
  return rows.orderBy('id').limit(POINTS_AT_ONCE).execute()
}

/** Points that ever measured the asset or the role; undefined when neither was asked for. */
function boundPoints(query: ScopedQueries, { asset, role }: Wanted) {
  if (asset === undefined && role === undefined) return undefined
  let bound = query.selectFrom('binding').select('point')
  if (asset !== undefined) bound = bound.where('asset', '=', asset)
  if (role !== undefined) bound = bound.where('role', '=', role)
  return bound
}

function missing(what: string, name: string): Problem {
  return new Problem({
    kind: 'not_found',
    what: `There is no ${what} ${name}`,
    where: what,
    next: 'Look at the names in the configuration; retired ones count too',
  })
}
