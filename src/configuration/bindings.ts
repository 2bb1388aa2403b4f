import type { ScopedQueries } from '../database/database.ts'
import type { PointId } from '../domain/ids.ts'
import type { DurationUs } from '../domain/time.ts'
import { chunks } from './apply-objects.ts'
import { ownNames } from './check.ts'
import type { TypedObjects } from './objects.ts'
import type { ModelFacts } from './read-models.ts'

/** What a role of an asset is measured by, in ids. */
export interface Measurement {
  readonly asset: string
  readonly role: string
  readonly device: string
  /** Key of the point in the device's type. */
  readonly key: string
  /** UCUM code of the point; empty when it has none. */
  readonly unit: string
  /** How often a healthy device of its type reports. */
  readonly interval: DurationUs
}

interface Binding extends Pick<Measurement, 'asset' | 'role' | 'device'> {
  readonly point: PointId
}

/** What every device measures. Follows from the documents alone, so it is the same at any time. */
export function measurements(
  { device, deviceType }: Pick<TypedObjects, 'device' | 'deviceType'>,
  ids: ReadonlyMap<string, string>,
): Measurement[] {
  return [...device].flatMap(([slug, { type, asset: on, measures }]) => {
    const id = ids.get(`device ${slug}`)
    const asset = ids.get(`asset ${on}`)
    const definition = deviceType.get(type)
    if (id === undefined || asset === undefined || definition === undefined) return []
    const { points, interval } = definition
    return Object.entries(measures ?? ownNames(points)).map(([role, key]) => {
      const unit = points[key]?.unit ?? ''
      return { asset, role, device: id, key, unit, interval }
    })
  })
}

/**
 * Issues the points that are new, ends the bindings that are no more and begins those that are
 * new. A point keeps its id for ever, whatever becomes of its device.
 */
export async function writeBindings(
  query: ScopedQueries,
  facts: ModelFacts,
): Promise<void> {
  const { organisation, at, ids, objects } = facts
  const points = await issuePoints(query, facts)
  const wanted = new Map<string, Binding>()
  for (const { asset, role, device, key } of measurements(objects, ids)) {
    const point = points.get(`${device} ${key}`)
    if (point === undefined) continue
    wanted.set(bindingText({ asset, role, device, point }), { asset, role, device, point })
  }
  const open = await query
    .selectFrom('binding')
    .select(['asset', 'role', 'device', 'point'])
    .where('valid_to', 'is', null)
    .execute()
  const ended = open.filter((binding) => !wanted.has(bindingText(binding)))
  for (const binding of open) wanted.delete(bindingText(binding))
  for (const some of chunks(ended, 4)) {
    await query
      .updateTable('binding')
      .set({ valid_to: at })
      .where('valid_to', 'is', null)
      .where((eb) => eb.or(some.map(({ asset, role }) => eb.and({ asset, role }))))
      .execute()
  }
  const rows = [...wanted.values()].map(({ asset, role, device, point }) => ({
    organisation,
    asset,
    role,
    device,
    point,
    valid_from: at,
    valid_to: null,
  }))
  for (const some of chunks(rows, 7))
    await query.insertInto('binding').values(some).execute()
}

async function issuePoints(
  query: ScopedQueries,
  { organisation, ids, objects }: ModelFacts,
): Promise<ReadonlyMap<string, PointId>> {
  const known = await readPoints(query)
  const missing: { organisation: typeof organisation; device: string; key: string }[] = []
  for (const [slug, { type }] of objects.device) {
    const device = ids.get(`device ${slug}`)
    if (device === undefined) continue
    for (const key of Object.keys(objects.deviceType.get(type)?.points ?? {})) {
      if (!known.has(`${device} ${key}`)) missing.push({ organisation, device, key })
    }
  }
  if (missing.length === 0) return known
  for (const some of chunks(missing, 3)) {
    await query.insertInto('point').values(some).execute()
  }
  return readPoints(query)
}

/** `device key` → point, of every point ever issued. */
export async function readPoints(
  query: ScopedQueries,
): Promise<ReadonlyMap<string, PointId>> {
  const rows = await query.selectFrom('point').select(['id', 'device', 'key']).execute()
  return new Map(rows.map(({ id, device, key }) => [`${device} ${key}`, id]))
}

function bindingText({ asset, role, device, point }: Binding): string {
  return `${asset} ${role} ${device} ${point}`
}
