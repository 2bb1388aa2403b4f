import type { ScopedQueries } from '../database/database.ts'
import type { DecodeConfiguration } from '../devices/decoder.ts'
import type { PointId } from '../domain/ids.ts'
import { timeUs, type TimeUs } from '../domain/time.ts'
import type { PointName } from '../store/export/format.ts'

/** What was asked for, in ids. */
export interface Wanted {
  readonly asset: string | undefined
  readonly role: string | undefined
  readonly device: string | undefined
  readonly keys: readonly string[]
  readonly ids: readonly PointId[]
}

export interface PointRow {
  readonly id: PointId
  readonly device: string
  readonly key: string
}

/** What a reading measured; undefined when its point measured something else at that time. */
export type Names = (reading: {
  readonly point: PointId
  readonly effective: TimeUs
}) => PointName | undefined

interface NamesAsked {
  /** In the order of ids. */
  readonly rows: readonly PointRow[]
  readonly wanted: Pick<Wanted, 'asset' | 'role'>
  readonly decode: DecodeConfiguration
}

/** A stretch of time in which a point measured a role of an asset. */
interface Held {
  readonly name: PointName
  readonly from: TimeUs
  readonly to: TimeUs
}

const everBefore = timeUs(Number.MIN_SAFE_INTEGER)
const everAfter = timeUs(Number.MAX_SAFE_INTEGER)

/**
 * Reads what these points measured and when. As in the history of an asset, what measured a role
 * first is taken to have measured it ever since. A point that measured several things at once is
 * named after the first of them, by asset and role.
 */
export async function readNames(query: ScopedQueries, asked: NamesAsked): Promise<Names> {
  const { rows, wanted, decode } = asked
  const bare = new Map(rows.map((row) => [row.id, bareName(row, decode)]))
  const held = Map.groupBy(await readBindings(query, asked), ({ point }) => point)
  const periods = new Map(
    rows.map(({ id }): [PointId, readonly Held[]] => {
      const name = bare.get(id)
      if (name === undefined) return [id, []]
      return [id, (held.get(id) ?? []).map((binding) => period(binding, name))]
    }),
  )
  const mustMeasure = wanted.asset !== undefined || wanted.role !== undefined
  return ({ point, effective }) => {
    const at = periods
      .get(point)
      ?.find(({ from, to }) => from <= effective && effective < to)
    return at?.name ?? (mustMeasure ? undefined : (bare.get(point) ?? nameless))
  }
}

/** Of a point that the store has and the database does not. */
const nameless: PointName = { asset: '', role: '', device: '', key: '', unit: '' }

function bareName({ device, key }: PointRow, decode: DecodeConfiguration): PointName {
  const unit = decode.devices.get(device)?.type.points[key]?.unit ?? ''
  return { asset: '', role: '', device, key, unit }
}

type BindingRow = Awaited<ReturnType<typeof readBindings>>[number]

function period(binding: BindingRow, name: PointName): Held {
  const { asset, role, valid_from, valid_to, first } = binding
  return {
    name: { ...name, asset, role },
    from: valid_from === first ? everBefore : valid_from,
    to: valid_to ?? everAfter,
  }
}

async function readBindings(query: ScopedQueries, { rows, wanted }: NamesAsked) {
  const { asset, role } = wanted
  const [lowest] = rows
  const highest = rows.at(-1)
  if (lowest === undefined || highest === undefined) return []
  let bindings = query
    .selectFrom('binding')
    .select((eb) => [
      'point',
      'asset',
      'role',
      'valid_from',
      'valid_to',
      eb
        .selectFrom('binding as earliest')
        .select((of) => of.fn.min('earliest.valid_from').as('at'))
        .whereRef('earliest.asset', '=', 'binding.asset')
        .whereRef('earliest.role', '=', 'binding.role')
        .as('first'),
    ])
    .where('point', '>=', lowest.id)
    .where('point', '<=', highest.id)
  if (asset !== undefined) bindings = bindings.where('asset', '=', asset)
  if (role !== undefined) bindings = bindings.where('role', '=', role)
  return bindings.orderBy('asset').orderBy('role').execute()
}
