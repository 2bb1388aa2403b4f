import type { Asset, Place } from '../domain/asset.ts'

/** Assets of one feeder or street that are compared; more have no rows, so that a map of them stays cheap. */
const MOST_TOGETHER = 900

/** Who stands next to whom, for one version of the configuration. */
export interface Neighbours {
  /** Assets of its kind that hang on the same feeder, itself included. */
  readonly onFeeder: (asset: string) => readonly string[]
  /** Those in the same street: its `street` attribute, or the place that contains it. */
  readonly inStreet: (asset: string) => readonly string[]
  /** Next to it along the feeder. */
  readonly beside: (asset: string) => readonly string[]
}

type Assets = ReadonlyMap<string, Asset>

const made = new WeakMap<Assets, Neighbours>()

/** Made once for each map of assets. */
export function neighboursOf(assets: Assets): Neighbours {
  const known = made.get(assets)
  if (known !== undefined) return known
  const feeders = grouped(assets, feederOf)
  const streets = grouped(assets, streetOf)
  const links = new Map<string, ReadonlyMap<string, readonly string[]>>()
  function linksOf(key: string): ReadonlyMap<string, readonly string[]> {
    const found = links.get(key) ?? linked(assets, feeders.get(key) ?? [])
    links.set(key, found)
    return found
  }
  const neighbours: Neighbours = {
    onFeeder: (asset) => groupOf(feeders, feederOf(assets.get(asset))),
    inStreet: (asset) => groupOf(streets, streetOf(assets.get(asset))),
    beside(asset) {
      const key = feederOf(assets.get(asset))
      return key === undefined ? [] : (linksOf(key).get(asset) ?? [])
    },
  }
  made.set(assets, neighbours)
  return neighbours
}

function groupOf(
  groups: ReadonlyMap<string, readonly string[]>,
  key: string | undefined,
): readonly string[] {
  return key === undefined ? [] : (groups.get(key) ?? [])
}

function feederOf(asset: Asset | undefined): string | undefined {
  return underOf(asset, asset?.parents.find(({ edge }) => edge === 'FEEDS')?.asset)
}

function streetOf(asset: Asset | undefined): string | undefined {
  const named = asset?.attributes['street']
  const place = asset?.parents.find(({ edge }) => edge === 'CONTAINS')?.asset
  return underOf(asset, typeof named === 'string' ? `named ${named}` : place)
}

/** A cabinet feeds lamps and pumps; only what is of one kind stands in a row. */
function underOf(asset: Asset | undefined, parent: string | undefined): string | undefined {
  return asset === undefined || parent === undefined ? undefined : `${asset.type} ${parent}`
}

function grouped(
  assets: Assets,
  keyOf: (asset: Asset) => string | undefined,
): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>()
  for (const [id, asset] of assets) {
    const key = keyOf(asset)
    if (key === undefined) continue
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [id])
    else group.push(id)
  }
  return groups
}

/**
 * Along a feeder: by the attribute `order` where all have one; else each is joined to the nearest of
 * those joined already (a minimum spanning tree, Prim 1957), which follows a line and its branches.
 */
function linked(
  assets: Assets,
  members: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  if (members.length > MOST_TOGETHER) return new Map()
  const ordered = members.map((id) => ({ id, order: assets.get(id)?.attributes['order'] }))
  const pairs = ordered.every(({ order }) => typeof order === 'number')
    ? chain(ordered.toSorted((a, b) => Number(a.order) - Number(b.order)))
    : tree(assets, members)
  const links = new Map<string, string[]>()
  const link = (one: string, other: string): void => {
    const known = links.get(one)
    if (known === undefined) links.set(one, [other])
    else known.push(other)
  }
  for (const [one, other] of pairs) {
    link(one, other)
    link(other, one)
  }
  return links
}

type Pair = readonly [string, string]

function chain(ordered: readonly { readonly id: string }[]): readonly Pair[] {
  return ordered.slice(1).flatMap(({ id }, at): Pair[] => {
    const before = ordered[at]
    return before === undefined ? [] : [[before.id, id]]
  })
}

interface Waiting {
  readonly id: string
  readonly place: Place
  nearest: string
  distance: number
}

function tree(assets: Assets, members: readonly string[]): readonly Pair[] {
  const placed = members.flatMap((id) => {
    const place = assets.get(id)?.place
    return place === undefined ? [] : [{ id, place }]
  })
  const [first, ...others] = placed
  if (first === undefined) return []
  const waiting = new Set(
    others.map(({ id, place }): Waiting => ({
      id,
      place,
      nearest: first.id,
      distance: squared(first.place, place),
    })),
  )
  const pairs: Pair[] = []
  while (waiting.size > 0) {
    const next = [...waiting].reduce((a, b) => (b.distance < a.distance ? b : a))
    waiting.delete(next)
    pairs.push([next.nearest, next.id])
    for (const one of waiting) {
      const distance = squared(next.place, one.place)
      if (distance >= one.distance) continue
      one.nearest = next.id
      one.distance = distance
    }
  }
  return pairs
}

/** On the flat, which is near enough within a town; only compared. */
function squared(a: Place, b: Place): number {
  const east = (a.lon - b.lon) * Math.cos((a.lat * Math.PI) / 180)
  return east ** 2 + (a.lat - b.lat) ** 2
}
