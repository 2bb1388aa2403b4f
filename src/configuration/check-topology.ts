import { edgeKind, type Asset, type EdgeKind } from '../domain/asset.ts'
import type { Finding } from './finding.ts'

interface Parent {
  readonly asset: string
  /** Its place in the list of parents. */
  readonly index: number
}

/** Nothing may hang on itself, over however many others. Each kind of edge is a graph of its own. */
export function checkTopology(assets: ReadonlyMap<string, Asset>): Finding[] {
  return edgeKind.options.flatMap((edge) => cyclesOf(parentsBy(edge, assets), edge))
}

function parentsBy(
  edge: EdgeKind,
  assets: ReadonlyMap<string, Asset>,
): Map<string, readonly Parent[]> {
  const parents = new Map<string, readonly Parent[]>()
  for (const [slug, asset] of assets) {
    const own = asset.parents.flatMap((parent, index) =>
      parent.edge === edge && assets.has(parent.asset)
        ? [{ asset: parent.asset, index }]
        : [],
    )
    if (own.length > 0) parents.set(slug, own)
  }
  return parents
}

/**
 * Takes away what hangs on nothing, again and again; from whatever is left, the way up runs in a
 * circle. One finding for each circle met.
 */
function cyclesOf(parents: Map<string, readonly Parent[]>, edge: EdgeKind): Finding[] {
  const left = withoutEnds(parents)
  const findings: Finding[] = []
  const seen = new Set<string>()
  for (const start of left.keys()) {
    const way = wayUp(start, { left, seen })
    const at = left.get(way.at(-1) ?? '')?.[0]?.asset
    const from = at === undefined ? -1 : way.indexOf(at)
    for (const slug of way) seen.add(slug)
    if (at === undefined || from < 0) continue
    findings.push({
      severity: 'mistake',
      kind: 'asset',
      slug: at,
      path: ['parents', left.get(at)?.[0]?.index ?? 0, 'asset'],
      part: 'value',
      what: `${edge} runs in a circle: ${shortened([...way.slice(from), at]).join(' → ')}`,
      why: 'what feeds or holds a thing cannot hang on it',
    })
  }
  return findings
}

/** From parent to parent until one was met before, here or on an earlier way. */
function wayUp(
  start: string,
  {
    left,
    seen,
  }: { left: ReadonlyMap<string, readonly Parent[]>; seen: ReadonlySet<string> },
): string[] {
  const way = new Set<string>()
  let at: string | undefined = start
  while (at !== undefined && !way.has(at) && !seen.has(at)) {
    way.add(at)
    at = left.get(at)?.[0]?.asset
  }
  return [...way]
}

function withoutEnds(
  parents: ReadonlyMap<string, readonly Parent[]>,
): Map<string, readonly Parent[]> {
  const children = new Map<string, string[]>()
  const open = new Map<string, number>()
  for (const [slug, own] of parents) {
    open.set(slug, own.length)
    for (const { asset } of own) {
      const siblings = children.get(asset)
      if (siblings === undefined) children.set(asset, [slug])
      else siblings.push(slug)
    }
  }
  const ends = [...children.keys()].filter((slug) => !parents.has(slug))
  for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
    for (const child of children.get(end) ?? []) {
      const count = (open.get(child) ?? 0) - 1
      open.set(child, count)
      if (count === 0) ends.push(child)
    }
  }
  const left = [...parents].filter(([slug]) => (open.get(slug) ?? 0) > 0)
  const names = new Set(left.map(([slug]) => slug))
  return new Map(
    left.map(([slug, own]) => [slug, own.filter(({ asset }) => names.has(asset))]),
  )
}

function shortened(names: readonly string[]): readonly string[] {
  return names.length > 8 ? [...names.slice(0, 4), '…', ...names.slice(-3)] : names
}
