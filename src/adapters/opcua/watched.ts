import type { NodeId } from 'node-opcua'
import type { TypeOf } from '../../devices/device-type.ts'
import type { FieldDevice } from '../../devices/field-device.ts'
import {
  parseCondition,
  parsePath,
  type ConditionPlace,
  type Segment,
} from '../../devices/opcua/path.ts'
import type { OpcuaSection } from '../../devices/opcua/type.ts'
import type { TimeUs } from '../../domain/time.ts'

type OpcuaType = TypeOf<'opcua'>
type Watching = OpcuaSection['item']

/** One path of a device; several points may read it. */
export interface Place {
  readonly path: string
  readonly segments: readonly Segment[]
  readonly watching: Watching
}

/** One node that the server watches for us. */
export interface Item {
  readonly owner: Watched
  readonly place: Place
  readonly nodeId: NodeId
  readonly handle: number
  monitoredItemId: number
  /** When we last heard of it, changed or not. */
  heard: TimeUs
  /** The server has told its first value, which is no change. */
  begun: boolean
}

/** A condition that a point names. */
export interface ConditionPoint extends ConditionPlace {
  /** As the type has it. */
  readonly text: string
  /** The source's node in this session. */
  nodeId: NodeId | undefined
}

/** A device in one session. */
export interface Watched {
  readonly device: FieldDevice
  readonly type: OpcuaType
  /** Where it stands, its parameters put in. */
  readonly root: string
  readonly places: readonly Place[]
  readonly conditions: readonly ConditionPoint[]
  readonly items: Map<string, Item>
  rootId: NodeId | undefined
  subscriptionId: number | undefined
  /** Path → why it is not watched; the root under ''. At most one for each path. */
  readonly broken: Map<string, string>
  /** Path → what the server would not do; the value comes all the same. */
  readonly notes: Map<string, string>
}

/** A device before anything of it was asked for. */
export function watch(device: FieldDevice): Watched | undefined {
  const { type } = device
  if (type.protocol !== 'opcua') return undefined
  const places = new Map<string, Place>()
  const conditions = new Map<string, ConditionPoint>()
  for (const { path, condition, item } of Object.values(type.points)) {
    if (path !== undefined && !places.has(path)) {
      const parsed = parsePath(path, 'device')
      const segments = parsed.ok ? parsed.segments : []
      const given = Object.entries(item ?? {}).filter(([, value]) => value !== undefined)
      const watching = { ...type.opcua.item, ...Object.fromEntries(given) }
      places.set(path, { path, segments, watching })
    }
    if (condition !== undefined) {
      const parsed = parseCondition(condition)
      if (parsed.ok) {
        const { source, name } = parsed
        conditions.set(condition, { text: condition, source, name, nodeId: undefined })
      }
    }
  }
  return {
    device,
    type,
    root: rootOf(device),
    places: [...places.values()],
    conditions: [...conditions.values()],
    items: new Map(),
    rootId: undefined,
    subscriptionId: undefined,
    broken: new Map(),
    notes: new Map(),
  }
}

/** Whether two versions of a device mean the same to the server. */
export function sameToServer(one: FieldDevice, other: FieldDevice): boolean {
  return (
    JSON.stringify([one.type, one.address, one.params, one.slug]) ===
    JSON.stringify([other.type, other.address, other.params, other.slug])
  )
}

function rootOf({ address, params, slug }: FieldDevice): string {
  return String(address['root'] ?? '').replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    name === 'slug' ? slug : String(params[name] ?? whole),
  )
}
