import type { BrowsePathResult, NodeId, ReferenceDescription } from 'node-opcua'
import { matchesGlob, segmentText, type Segment } from '../../devices/opcua/path.ts'
import { nearest } from '../../devices/opcua/nearest.ts'
import type { Opcua } from './library.ts'
import type { RawSession } from './raw-session.ts'

/** Most children of one node that are looked at. */
export const MOST_CHILDREN = 1_000

/** Most nodes that a path with `*` is followed through at each step. */
const MOST_FITTING = 100

/** A path to a node, or why there is none. */
export type Resolved =
  | { readonly ok: true; readonly nodeId: NodeId }
  | { readonly ok: false; readonly why: string }

/** The address space of one session: prefixes of a type mean something in it. */
export interface Space {
  readonly opcua: Opcua
  readonly session: RawSession
  /** The server's namespace URIs of this session, by index. */
  readonly uris: readonly string[]
  /** Paths that the server translates in one request. */
  readonly translateAtOnce: number
}

/** Index of a prefix in this session, or why it has none. */
export function namespaceIndex(
  { uris }: Pick<Space, 'uris'>,
  prefix: string,
  namespaces: Readonly<Record<string, string>>,
): number | string {
  if (prefix === '0') return 0
  const uri = Object.hasOwn(namespaces, prefix) ? namespaces[prefix] : undefined
  if (uri === undefined) {
    return `the prefix ${prefix} is not among the type's namespaces`
  }
  const index = uris.indexOf(uri)
  if (index !== -1) return index
  const like = nearest(uri, uris)
  const next =
    like === undefined
      ? `it has ${uris.slice(1, 12).join(', ')}`
      : `did you mean ${like}? (${prefix} in opcua.namespaces)`
  return `the server has no namespace ${uri}; ${next}`
}

/** Translates paths from one node; one answer for each, in order. Rejects when the session fails. */
export async function resolvePaths(
  space: Space,
  from: NodeId,
  order: {
    readonly paths: readonly (readonly Segment[])[]
    readonly namespaces: Readonly<Record<string, string>>
  },
): Promise<readonly Resolved[]> {
  const { opcua, session } = space
  const { paths, namespaces } = order
  const found = new Map<number, Resolved>()
  const plain: { readonly at: number; readonly elements: object[] }[] = []
  for (const [at, path] of paths.entries()) {
    // Globs, and prefixes that mean nothing here, are for the walk.
    const elements = elementsOf(space, path, namespaces)
    if (path.length === 0) found.set(at, { ok: true, nodeId: from })
    else if (elements !== undefined) plain.push({ at, elements })
  }
  for (const batch of batches(plain, space.translateAtOnce)) {
    const results = await session.translateBrowsePath(
      batch.map(
        ({ elements }) =>
          new opcua.BrowsePath({ startingNode: from, relativePath: { elements } }),
      ),
    )
    for (const [index, { at }] of batch.entries()) {
      const nodeId = targetOf(results[index])
      if (nodeId !== undefined) found.set(at, { ok: true, nodeId: localId(space, nodeId) })
    }
  }
  // Few paths break as a rule, and then the step at which they do is worth the requests.
  const answers: Resolved[] = []
  for (const [at, path] of paths.entries()) {
    answers.push(found.get(at) ?? (await walk(space, from, { path, namespaces })))
  }
  return answers
}

function targetOf(result: BrowsePathResult | undefined): NodeId | undefined {
  return result?.statusCode.isGoodish() === true ? result.targets?.[0]?.targetId : undefined
}

/** Step by step, so that it can say where the path breaks and what is there instead. */
async function walk(
  space: Space,
  from: NodeId,
  {
    path,
    namespaces,
  }: {
    readonly path: readonly Segment[]
    readonly namespaces: Readonly<Record<string, string>>
  },
): Promise<Resolved> {
  let fitting: readonly Child[] = [{ nodeId: from, names: '' }]
  for (const [step, { prefix, name }] of path.entries()) {
    const index = namespaceIndex(space, prefix, namespaces)
    if (typeof index === 'string') return { ok: false, why: index }
    let children: readonly ReferenceDescription[] = []
    const next: Child[] = []
    for (const { nodeId, names } of fitting.slice(0, MOST_FITTING)) {
      children = await childrenOf(space, nodeId)
      const fits = children.filter(
        ({ browseName }) =>
          browseName.namespaceIndex === index && matchesGlob(name, browseName.name ?? ''),
      )
      for (const { nodeId: below, browseName } of fits) {
        next.push({ nodeId: localId(space, below), names: `${names}/${browseName.name}` })
      }
    }
    if (next.length === 0)
      return { ok: false, why: brokenAt({ path, step, children, index }) }
    fitting = next
  }
  const [only] = fitting
  const isGlob = path.some(({ name }) => name.includes('*'))
  if (only === undefined || (isGlob && fitting.length > 1)) {
    const names = fitting.slice(0, 5).map((one) => one.names.slice(1))
    const text = path.map(segmentText).join('/')
    const why = `${text} fits ${fitting.length} nodes (${names.join(', ')}), and a point is one: write it closer`
    return { ok: false, why }
  }
  return { ok: true, nodeId: only.nodeId }
}

interface Child {
  readonly nodeId: NodeId
  readonly names: string
}

/** Answers name nodes in a form that requests must not have. */
export function localId({ opcua }: Pick<Space, 'opcua'>, nodeId: NodeId): NodeId {
  return new opcua.NodeId(nodeId.identifierType, nodeId.value, nodeId.namespace)
}

/** Nodes below one, over every hierarchical reference; at most MOST_CHILDREN. */
export async function childrenOf(
  { opcua, session }: Pick<Space, 'opcua' | 'session'>,
  nodeId: NodeId,
): Promise<readonly ReferenceDescription[]> {
  const children: ReferenceDescription[] = []
  let result = await session.browse({
    nodeId,
    referenceTypeId: 'HierarchicalReferences',
    includeSubtypes: true,
    browseDirection: opcua.BrowseDirection.Forward,
    resultMask: 63,
  })
  for (;;) {
    children.push(...(result.references ?? []))
    const more = result.continuationPoint
    if (!(more instanceof Uint8Array) || more.length === 0) break
    const enough = children.length >= MOST_CHILDREN
    // Given back in any case: servers have few of them.
    result = await session.browseNext(more, enough)
    if (enough) break
  }
  return children.slice(0, MOST_CHILDREN)
}

function elementsOf(
  space: Space,
  path: readonly Segment[],
  namespaces: Readonly<Record<string, string>>,
): object[] | undefined {
  const elements: object[] = []
  for (const { prefix, name } of path) {
    const index = namespaceIndex(space, prefix, namespaces)
    if (typeof index === 'string' || name.includes('*')) return undefined
    elements.push({
      referenceTypeId: space.opcua.resolveNodeId('HierarchicalReferences'),
      isInverse: false,
      includeSubtypes: true,
      targetName: { namespaceIndex: index, name },
    })
  }
  return elements
}

/** Says at which step a path breaks, and what was probably meant. */
function brokenAt(at: {
  readonly path: readonly Segment[]
  readonly step: number
  readonly children: readonly ReferenceDescription[]
  readonly index: number
}): string {
  const { path, step, children, index } = at
  const wanted = path[step] ?? { prefix: '', name: '' }
  const before = path.slice(0, step).map(segmentText).join('/')
  const place = before === '' ? 'at its first step' : `below ${before}`
  const here = `there is no ${segmentText(wanted)} ${place}`
  const elsewhere = children.find(
    ({ browseName }) =>
      browseName.name === wanted.name && browseName.namespaceIndex !== index,
  )
  if (elsewhere !== undefined) {
    return `${here}: ${wanted.name} is there in another namespace (index ${elsewhere.browseName.namespaceIndex} of this session); check the prefix`
  }
  const names = children
    .filter(({ browseName }) => browseName.namespaceIndex === index)
    .map(({ browseName }) => browseName.name ?? '')
  const like = nearest(wanted.name, names)
  if (like !== undefined)
    return `${here}: did you mean ${segmentText({ ...wanted, name: like })}?`
  return names.length === 0
    ? `${here}: nothing of this namespace is there`
    : `${here}: there are ${names.slice(0, 10).join(', ')}`
}

/** Slices of at most `size`; 0 means one slice of 1,000. */
export function* batches<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  const step = size > 0 ? size : 1_000
  for (let at = 0; at < all.length; at += step) yield all.slice(at, at + step)
}
