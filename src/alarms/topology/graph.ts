import type { Asset, EdgeKind } from '../../domain/asset.ts'

/** Which asset hangs on which, by kind of edge. Unknown assets hang on nothing and nothing on them. */
export interface Topology {
  /** Everything the asset hangs on by this kind of edge, nearest first; at most 16 steps up. */
  above(asset: string, edge: EdgeKind): readonly string[]
  /** Everything that hangs on the asset by this kind of edge, over any number of others. */
  below(asset: string, edge: EdgeKind): ReadonlySet<string>
  /** What hangs on the asset itself, without what hangs on that. */
  children(asset: string, edge: EdgeKind): readonly string[]
}

/** Longer chains are a mistake in the data; what is beyond explains nothing. */
const FARTHEST = 16

/** The topology of one configuration version; `assets` by id, with ids for parents. Answers are kept. */
export function createTopology(
  assets: ReadonlyMap<string, Pick<Asset, 'parents'>>,
): Topology {
  const up = new Map<string, readonly string[]>()
  const down = new Map<string, ReadonlySet<string>>()
  const children = childrenByParent(assets)

  function parentsOf(asset: string, edge: EdgeKind): readonly string[] {
    const parents = assets.get(asset)?.parents ?? []
    return parents.flatMap((parent) => (parent.edge === edge ? [parent.asset] : []))
  }

  return {
    above: (asset, edge) =>
      kept(up, keyOf(asset, edge), () => [...walk(asset, (one) => parentsOf(one, edge))]),
    below: (asset, edge) =>
      kept(down, keyOf(asset, edge), () =>
        walk(asset, (one) => children.get(keyOf(one, edge)) ?? []),
      ),
    children: (asset, edge) => children.get(keyOf(asset, edge)) ?? [],
  }
}

function childrenByParent(
  assets: ReadonlyMap<string, Pick<Asset, 'parents'>>,
): Map<string, string[]> {
  const children = new Map<string, string[]>()
  for (const [child, { parents }] of assets) {
    for (const { edge, asset } of parents) {
      const key = keyOf(asset, edge)
      const own = children.get(key)
      if (own === undefined) children.set(key, [child])
      else own.push(child)
    }
  }
  return children
}

/** Breadth first, each once, without the start; the check at apply refuses circles, and one would end here too. */
function walk(start: string, next: (asset: string) => readonly string[]): Set<string> {
  const met = new Set<string>()
  let ring = [start]
  for (let steps = 0; steps < FARTHEST && ring.length > 0; steps += 1) {
    const farther = new Set(ring.flatMap((one) => next(one)))
    ring = [...farther].filter((one) => one !== start && !met.has(one))
    for (const one of ring) met.add(one)
  }
  return met
}

function keyOf(asset: string, edge: EdgeKind): string {
  return `${edge} ${asset}`
}

function kept<T>(store: Map<string, T>, key: string, make: () => T): T {
  const known = store.get(key)
  if (known !== undefined) return known
  const made = make()
  store.set(key, made)
  return made
}
