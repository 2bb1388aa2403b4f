import type { NodeId, ReferenceDescription } from 'node-opcua'
import {
  matchesGlob,
  parsePath,
  segmentText,
  type Segment,
} from '../../devices/opcua/path.ts'
import { Problem } from '../../domain/problem.ts'
import type { Found } from '../workbench.ts'
import { openLook, type Look, type LookParts } from './look.ts'
import { childrenOf, localId, namespaceIndex, type Space } from './resolve.ts'

export interface ProbeOrder {
  /** Where to begin, from the server's root: `/0:Objects/p:Stations/*`; with prefixes of `namespaces`. */
  readonly from: string
  readonly namespaces: Readonly<Record<string, string>>
  /** Only variables whose path behind `from` fits, `*` for any characters of a step; left out: all. */
  readonly only?: string
  /** Most nodes that are looked at, at most 100,000. */
  readonly mostNodes: number
  /** Most steps below `from`, at most 32. */
  readonly depth: number
}

interface Place {
  readonly nodeId: NodeId
  readonly path: readonly Segment[]
}

/**
 * Browses a server below a place and tells of every variable: its value, type, unit and range, and a
 * point as a type could have it. Reads only; one request after the other; bounded in nodes and depth.
 * The namespaces that the paths need are told first, as `opcua.namespaces` would have them.
 */
export async function* probeOpcua(
  parts: LookParts,
  order: ProbeOrder,
): AsyncIterable<Found> {
  await using look = await openLook(parts)
  const { NodeClass } = look.space.opcua
  const classOf = (child: ReferenceDescription) => NodeClass[child.nodeClass]
  const prefixes = new Prefixes(order.namespaces, look.space.uris)
  const queue: Place[] = [...(await start(look, order))]
  const seen = new Set(queue.map(({ nodeId }) => nodeId.toString()))
  const wanted = wantedOf(order)
  const most = Math.min(order.mostNodes, 100_000)
  const depth = Math.min(order.depth, 32)
  for (let place = queue.shift(); place !== undefined; place = queue.shift()) {
    const { nodeId: above, path: upTo } = place
    for (const child of await childrenOf(look.space, above)) {
      const nodeId = localId(look.space, child.nodeId)
      if (seen.has(nodeId.toString()) || seen.size >= most) continue
      seen.add(nodeId.toString())
      const path = [...upTo, prefixes.segmentOf(child)]
      const isValue = classOf(child) === 'Variable' && !isProperty(child)
      if (isValue && fits(wanted, path))
        yield await describe(look, { nodeId, path }, prefixes)
      const goesOn = classOf(child) === 'Object' && path.length < depth
      if (goesOn) queue.push({ nodeId, path })
    }
  }
}

/** Steps that a path must fit; undefined: any. */
function wantedOf({ only }: ProbeOrder): readonly Segment[] | undefined {
  if (only === undefined) return undefined
  const parsed = parsePath(only, 'device')
  if (parsed.ok) return parsed.segments
  throw new Problem({ kind: 'invalid', what: parsed.why })
}

/** The nodes that `from` names; globs may fit several. */
async function start(look: Look, { from, namespaces }: ProbeOrder): Promise<Place[]> {
  const { space } = look
  const parsed = parsePath(from, 'server')
  if (!parsed.ok) throw new Problem({ kind: 'invalid', what: parsed.why })
  let nodes = [space.opcua.resolveNodeId('RootFolder')]
  for (const { prefix, name } of parsed.segments) {
    const index = namespaceIndex(space, prefix, namespaces)
    if (typeof index === 'string') throw new Problem({ kind: 'invalid', what: index })
    const next: NodeId[] = []
    for (const node of nodes) {
      const fitting = (await childrenOf(space, node)).filter(
        ({ browseName }) =>
          browseName.namespaceIndex === index && matchesGlob(name, browseName.name ?? ''),
      )
      next.push(...fitting.map(({ nodeId }) => localId(space, nodeId)))
    }
    nodes = next.slice(0, 1_000)
  }
  return nodes.map((nodeId) => ({ nodeId, path: [] }))
}

async function describe(
  { space }: Look,
  { nodeId, path }: Place,
  prefixes: Prefixes,
): Promise<Found> {
  const { opcua, session } = space
  const value = await session.read({ nodeId, attributeId: opcua.AttributeIds.Value })
  const type = opcua.DataType[value.value.dataType] ?? 'Null'
  const { range, unit } = await propertiesOf(space, nodeId)
  const text = path.map(segmentText).join('/')
  const shows = [{ as: type, value: String(value.value.value).slice(0, 100) }]
  if (range !== undefined) shows.push({ as: 'EURange', value: range.join(' to ') })
  if (unit !== undefined) shows.push({ as: 'EngineeringUnits', value: unit })
  for (const [prefix, uri] of prefixes.used(path)) {
    shows.push({ as: `namespace ${prefix}`, value: uri })
  }
  const definition = {
    path: text,
    ...(type === 'Boolean' && { kind: 'state' }),
    ...(type === 'String' && { kind: 'text' }),
    ...(unit !== undefined && { unit }),
    ...(range !== undefined && { range }),
  }
  const isPoint = /^(?:Boolean|String|Float|Double|S?Byte|U?Int(?:16|32|64))$/.test(type)
  return {
    where: text,
    shows,
    ...(isPoint && { proposal: { key: keyOf(path), definition } }),
  }
}

/** What the standard lets a value say of itself: its range and its unit. */
async function propertiesOf(
  space: Space,
  nodeId: NodeId,
): Promise<{ readonly range?: readonly [number, number]; readonly unit?: string }> {
  const children = await childrenOf(space, nodeId)
  async function read(name: string): Promise<unknown> {
    const property = children.find(({ browseName }) => browseName.name === name)
    if (property === undefined) return undefined
    const at = localId(space, property.nodeId)
    const { Value: attributeId } = space.opcua.AttributeIds
    const { value } = await space.session.read({ nodeId: at, attributeId })
    const found: unknown = value.value
    return found
  }
  const range = await read('EURange')
  const [low, high] = [numberOf(range, 'low'), numberOf(range, 'high')]
  const unit = textOf(await read('EngineeringUnits'))
  const isRange = low !== undefined && high !== undefined && high > low
  return { ...(isRange && { range: [low, high] }), ...(unit !== undefined && { unit }) }
}

/** Names namespaces as the order does, and makes up a prefix for each other one: n2, n3, … */
class Prefixes {
  readonly #byIndex = new Map<number, string>([[0, '0']])
  readonly #uris: readonly string[]

  constructor(namespaces: Readonly<Record<string, string>>, uris: readonly string[]) {
    this.#uris = uris
    for (const [prefix, uri] of Object.entries(namespaces)) {
      const index = uris.indexOf(uri)
      if (index > 0) this.#byIndex.set(index, prefix)
    }
  }

  segmentOf({ browseName }: ReferenceDescription): Segment {
    const index = browseName.namespaceIndex
    const prefix = this.#byIndex.get(index) ?? `n${index}`
    this.#byIndex.set(index, prefix)
    return { prefix, name: browseName.name ?? '' }
  }

  /** Prefix and URI of each namespace of a path, OPC UA's own aside. */
  used(path: readonly Segment[]): [string, string][] {
    const prefixes = new Set(path.map(({ prefix }) => prefix))
    return [...this.#byIndex]
      .filter(([index, prefix]) => index !== 0 && prefixes.has(prefix))
      .map(([index, prefix]) => [prefix, this.#uris[index] ?? ''])
  }
}

function fits(wanted: readonly Segment[] | undefined, path: readonly Segment[]): boolean {
  if (wanted === undefined) return true
  return (
    wanted.length === path.length &&
    wanted.every(({ prefix, name }, index) => {
      const step = path[index]
      return step?.prefix === prefix && matchesGlob(name, step.name)
    })
  )
}

/** `p:Pump1/p:Motor Current` → `pump1.motorCurrent`. */
function keyOf(path: readonly Segment[]): string {
  const words = path.slice(-3).map(({ name }) => {
    const letters = name
      .normalize('NFD')
      .replaceAll(/[^A-Za-z0-9]+(.?)/g, (_, next: string) => next.toUpperCase())
    return letters.charAt(0).toLowerCase() + letters.slice(1)
  })
  const key = words.filter((word) => word !== '').join('.')
  return /^[a-z]/.test(key) ? key : `n${key}`
}

/** HasProperty: what describes a node is no value of its own. */
function isProperty({ referenceTypeId }: ReferenceDescription): boolean {
  return referenceTypeId.namespace === 0 && referenceTypeId.value === 46
}

function numberOf(value: unknown, name: string): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const found: unknown = Reflect.get(value, name)
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined
}

function textOf(unit: unknown): string | undefined {
  if (typeof unit !== 'object' || unit === null) return undefined
  const name: unknown = Reflect.get(unit, 'displayName')
  if (typeof name !== 'object' || name === null) return undefined
  const text: unknown = Reflect.get(name, 'text')
  return typeof text === 'string' && text !== '' ? text.slice(0, 20) : undefined
}
