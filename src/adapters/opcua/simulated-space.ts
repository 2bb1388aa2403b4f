import type {
  AddressSpace,
  BaseNode,
  Namespace,
  OPCUAServer,
  UAObject,
  UAVariable,
} from 'node-opcua'
import type { TypeOf } from '../../devices/device-type.ts'
import { parseCondition, parsePath, type Segment } from '../../devices/opcua/path.ts'
import type { OpcuaPoint } from '../../devices/opcua/type.ts'
import type { Value } from '../../domain/reading.ts'
import type { Opcua } from './library.ts'

/** Conditions and values of one simulated device. */
export interface SimulatedSpace {
  /** From now on the point has this value; a sentence when it cannot have it. */
  set(key: string, value: Value): string | undefined
  /** The node of a point, for what a simulation cannot say. */
  variable(key: string): UAVariable | undefined
  /** Undefined for a point that is no condition. */
  acknowledgement(key: string): Acknowledgement | undefined
}

/** What a condition says of who has taken note of it. */
export interface Acknowledgement {
  readonly acknowledged: boolean
  readonly comment: string
}

interface Condition {
  set(active: boolean): void
  /** Somebody at the station takes note of it; a sentence when there is nothing to take note of. */
  acknowledge(): string | undefined
  readonly acknowledgement: Acknowledgement
}

/** Builds the nodes of a type below `root` of a server that is initialised and not started. */
export function buildSpace(
  { opcua, server }: { readonly opcua: Opcua; readonly server: OPCUAServer },
  { type, root }: { readonly type: TypeOf<'opcua'>; readonly root: string },
): SimulatedSpace {
  const space = server.engine.addressSpace
  if (space === null) throw new Error('the server has no address space yet')
  // Without it the server knows conditions and not their methods, ConditionRefresh above all.
  space.installAlarmsAndConditionsService()
  const builder = new Builder(opcua, space, type)
  const parsed = parsePath(root, 'server')
  const top = builder.objects(space.rootFolder, parsed.ok ? parsed.segments : [])
  const variables = new Map<string, UAVariable>()
  const conditions = new Map<string, Condition>()
  const byText = new Map<string, Condition>()
  const acknowledgements = new Map<string, string>()
  const raws = new Map<string, unknown>()
  for (const [key, point] of Object.entries(type.points)) {
    if (point.says === 'acked') acknowledgements.set(key, point.condition ?? '')
    else if (point.condition !== undefined) {
      const condition = builder.condition(top, point.condition)
      conditions.set(key, condition)
      byText.set(point.condition, condition)
    } else if (point.path !== undefined) {
      const known = variables.get(point.path) ?? builder.variable(top, point)
      if (known !== undefined) variables.set(point.path, known)
    }
  }

  return {
    set(key, value) {
      const point = type.points[key]
      if (point === undefined) return `the type has no point ${key}`
      const condition = conditions.get(key)
      if (condition !== undefined) {
        if (typeof value !== 'boolean') return 'a condition is true or false'
        condition.set(value)
        return undefined
      }
      const seen = acknowledgements.get(key)
      if (seen !== undefined) {
        if (value !== true) return 'an acknowledgement cannot be taken back here'
        return byText.get(seen)?.acknowledge()
      }
      const path = point.path ?? ''
      const raw = rawOf(point, value, raws.get(path))
      if (raw === undefined) return `${key} cannot be ${JSON.stringify(value)}`
      raws.set(path, raw)
      variables
        .get(path)
        ?.setValueFromSource({ dataType: dataTypeOf(opcua, point), value: raw })
      return undefined
    },
    acknowledgement: (key) => conditions.get(key)?.acknowledgement,
    variable: (key) => variables.get(type.points[key]?.path ?? ''),
  }
}

/** What the device would say for a value as readings have it; undefined: it cannot. */
function rawOf(point: OpcuaPoint, value: Value, before: unknown): unknown {
  const { bit, enum: names, kind, scale, offset } = point
  if (bit !== undefined) return withBit(before, bit, value)
  if (names !== undefined) return named(names, value)
  if (kind === 'text') return typeof value === 'string' ? value : undefined
  if (kind === 'state') return typeof value === 'boolean' ? value : undefined
  return typeof value === 'number' ? (value - offset) / scale : undefined
}

function withBit(before: unknown, bit: number, value: Value): number | undefined {
  if (typeof value !== 'boolean') return undefined
  const word = typeof before === 'number' ? before : 0
  const mask = 1 << bit
  return (value ? word | mask : word & ~mask) >>> 0
}

function named(names: Readonly<Record<string, string>>, value: Value): unknown {
  const raw = Object.keys(names).find((one) => names[one] === value)
  if (raw === undefined) return undefined
  if (raw === 'true' || raw === 'false') return raw === 'true'
  return /^-?\d+$/.test(raw) ? Number(raw) : raw
}

function dataTypeOf({ DataType }: Opcua, { bit, enum: names, kind }: OpcuaPoint) {
  if (bit !== undefined) return DataType.UInt32
  if (names !== undefined) {
    const [first = ''] = Object.keys(names)
    if (first === 'true' || first === 'false') return DataType.Boolean
    return /^-?\d+$/.test(first) ? DataType.Int32 : DataType.String
  }
  if (kind === 'text') return DataType.String
  return kind === 'state' ? DataType.Boolean : DataType.Double
}

/** Adds objects and variables, each once. */
class Builder {
  readonly #opcua: Opcua
  readonly #space: AddressSpace
  readonly #type: TypeOf<'opcua'>

  constructor(opcua: Opcua, space: AddressSpace, type: TypeOf<'opcua'>) {
    this.#opcua = opcua
    this.#space = space
    this.#type = type
  }

  objects(from: UAObject, path: readonly Segment[]): UAObject {
    let at = from
    for (const segment of path) {
      const namespace = this.#namespace(segment.prefix)
      const namespaceIndex = segment.prefix === '0' ? 0 : namespace.index
      const name = { name: plain(segment.name), namespaceIndex }
      const child =
        at.getFolderElementByName(plain(segment.name), namespaceIndex) ??
        at.getChildByName(plain(segment.name), namespaceIndex)
      if (child !== null && this.#isObject(child)) at = child
      else {
        const parent = at
        at = namespace.addObject({
          browseName: name,
          ...(parent.browseName.name === 'Objects'
            ? { organizedBy: parent }
            : { componentOf: parent }),
        })
      }
    }
    return at
  }

  variable(top: UAObject, point: OpcuaPoint): UAVariable | undefined {
    const parsed = parsePath(point.path ?? '', 'device')
    if (!parsed.ok) return undefined
    const last = parsed.segments.at(-1)
    if (last === undefined) return undefined
    const parent = this.objects(top, parsed.segments.slice(0, -1))
    const namespace = this.#namespace(last.prefix)
    const common = {
      browseName: { name: plain(last.name), namespaceIndex: namespace.index },
      componentOf: parent,
      dataType: dataTypeOf(this.#opcua, point),
    } as const
    const { range, scale, offset } = point
    const isAnalog = range !== undefined && common.dataType === this.#opcua.DataType.Double
    const variable = isAnalog
      ? namespace.addAnalogDataItem({
          ...common,
          engineeringUnitsRange: rawRange(range, scale, offset),
        })
      : namespace.addVariable(common)
    this.#space.installHistoricalDataNode(variable, { maxOnlineValues: 1_000 })
    return variable
  }

  condition(top: UAObject, text: string): Condition {
    const parsed = parseCondition(text)
    if (!parsed.ok) throw new Error(parsed.why)
    const source = this.objects(top, parsed.source)
    const server = this.#space.rootFolder.objects.server
    if (source.getEventSourceOfs().length === 0) {
      source.addReference({
        referenceType: 'HasEventSource',
        isForward: false,
        nodeId: server,
      })
    }
    const namespace = this.#namespace(Object.keys(this.#type.opcua.namespaces)[0] ?? '0')
    const alarm = namespace.instantiateAlarmCondition('AlarmConditionType', {
      browseName: parsed.name,
      conditionName: parsed.name,
      conditionSource: source,
      inputNode: this.#opcua.NodeId.nullNodeId,
      componentOf: source,
      optionals: ['ConfirmedState', 'Confirm'],
    })
    const branch = alarm.currentBranch()
    const isAcknowledged = (): boolean => branch.getAckedState()
    let last = false
    return {
      set: (active) => {
        if (active === last) return
        last = active
        // Over and nobody has taken note of it: servers go on listing it.
        const retain = active || !isAcknowledged()
        if (active) alarm.activateAlarm()
        else alarm.deactivateAlarm(retain)
        alarm.raiseNewCondition({
          severity: active ? 700 : 100,
          message: `${parsed.name} ${active ? 'is active' : 'is over'}`,
          quality: this.#opcua.StatusCodes.Good,
          retain,
        })
      },
      acknowledge: () => {
        if (!branch.getRetain() || isAcknowledged())
          return 'there is nothing to acknowledge'
        alarm.acknowledgeAndAutoConfirmBranch(branch, 'acknowledged at the station')
        return undefined
      },
      get acknowledgement() {
        const comment = branch.getComment().text ?? ''
        return { acknowledged: isAcknowledged(), comment }
      },
    }
  }

  #isObject(node: BaseNode): node is UAObject {
    return node.nodeClass === this.#opcua.NodeClass.Object
  }

  #namespace(prefix: string): Namespace {
    const uri = prefix === '0' ? undefined : this.#type.opcua.namespaces[prefix]
    return uri === undefined
      ? this.#space.getOwnNamespace()
      : this.#space.registerNamespace(uri)
  }
}

function rawRange(range: readonly [number, number], scale: number, offset: number) {
  const [one, other] = range.map((value) => (value - offset) / scale)
  return { low: Math.min(one ?? 0, other ?? 0), high: Math.max(one ?? 0, other ?? 0) }
}

/** A glob stands for any name, so for this one. */
function plain(name: string): string {
  return name.replaceAll('*', '1')
}
