import type { NodeId, Variant } from 'node-opcua'
import type { OpcuaEvent } from '../../devices/opcua/message.ts'
import { micros } from './encode.ts'
import type { Opcua } from './library.ts'

/** Fields that we ask for with every event, and the type that defines each. */
const fields = [
  ['EventId', 2041],
  ['EventType', 2041],
  ['SourceNode', 2041],
  ['SourceName', 2041],
  ['Time', 2041],
  ['Message', 2041],
  ['Severity', 2041],
  ['ConditionName', 2782],
  ['BranchId', 2782],
  ['Retain', 2782],
  ['EnabledState/Id', 2782],
  ['AckedState/Id', 2881],
  ['ActiveState/Id', 2915],
] as const

const conditionType = 2782
/** Events that speak of the listing and not of a condition; they come whatever the filter says. */
const aboutRefresh: ReadonlyMap<unknown, 'start' | 'end' | 'needed'> = new Map([
  [2787, 'start'],
  [2788, 'end'],
  // RefreshRequiredEventType, and EventQueueOverflowEventType: something was lost on the way.
  [2789, 'needed'],
  [3035, 'needed'],
])

/** Only conditions, besides what comes whatever the filter says. */
export function conditionFilter(opcua: Opcua) {
  const { AttributeIds, SimpleAttributeOperand, resolveNodeId } = opcua
  const select = fields.map(
    ([path, type]) =>
      new SimpleAttributeOperand({
        typeDefinitionId: resolveNodeId(`i=${type}`),
        browsePath: path.split('/').map((name) => ({ namespaceIndex: 0, name })),
        attributeId: AttributeIds.Value,
      }),
  )
  const conditionId = new SimpleAttributeOperand({
    typeDefinitionId: resolveNodeId(`i=${conditionType}`),
    browsePath: [],
    attributeId: AttributeIds.NodeId,
  })
  return new opcua.EventFilter({
    selectClauses: [...select, conditionId],
    whereClause: {
      elements: [
        {
          filterOperator: opcua.FilterOperator.OfType,
          filterOperands: [
            new opcua.LiteralOperand({
              value: {
                dataType: opcua.DataType.NodeId,
                value: resolveNodeId(`i=${conditionType}`),
              },
            }),
          ],
        },
      ],
    },
  })
}

/** What a condition says, and of which node. */
export interface ToldCondition {
  readonly kind: 'condition'
  readonly source: NodeId | undefined
  readonly event: OpcuaEvent
}

/** What an event is to us. */
export type Told =
  | { readonly kind: 'refresh'; readonly part: 'start' | 'end' | 'needed' }
  | ToldCondition

/** The fields of one event in the order of the filter; undefined when it is no condition. */
export function readEvent(
  opcua: Opcua,
  values: readonly Variant[],
  uris: readonly string[],
): Told | undefined {
  const field = new Map<string, unknown>(
    fields.map(([name], index) => [name, values[index]?.value]),
  )
  const eventType = nodeIdOf(opcua, field.get('EventType'))
  const known = eventType?.namespace === 0 ? eventType.value : undefined
  const part = aboutRefresh.get(known)
  if (part !== undefined) return { kind: 'refresh', part }
  const conditionId = nodeIdOf(opcua, values[fields.length]?.value)
  if (conditionId === undefined) return undefined
  const enabled = field.get('EnabledState/Id') !== false
  return {
    kind: 'condition',
    source: nodeIdOf(opcua, field.get('SourceNode')),
    event: {
      active: field.get('ActiveState/Id') === true && enabled,
      conditionId: lasting(conditionId, uris),
      ...idField('branch', nodeIdOf(opcua, field.get('BranchId')), uris),
      ...idField('eventType', eventType, uris),
      ...textField('sourceName', field.get('SourceName')),
      ...textField('name', field.get('ConditionName')),
      ...textField('message', field.get('Message')),
      ...plainFields(field),
    },
  }
}

function plainFields(field: ReadonlyMap<string, unknown>): Partial<OpcuaEvent> {
  const eventId = field.get('EventId')
  const acked = field.get('AckedState/Id')
  const retain = field.get('Retain')
  const severity = field.get('Severity')
  const time = field.get('Time')
  const at = time instanceof Date ? micros(time) : undefined
  return {
    ...(eventId instanceof Uint8Array && { eventId: Buffer.from(eventId).toString('hex') }),
    ...(typeof severity === 'number' && { severity }),
    ...(typeof acked === 'boolean' && { acked }),
    ...(typeof retain === 'boolean' && { retain }),
    ...(at !== undefined && { time: at }),
  }
}

/** A null id is the library's way to say that there is none. */
function idField<K extends string>(
  name: K,
  nodeId: NodeId | undefined,
  uris: readonly string[],
): Partial<Record<K, string>> {
  const found: Partial<Record<K, string>> = {}
  if (nodeId !== undefined && !nodeId.isEmpty()) found[name] = lasting(nodeId, uris)
  return found
}

/** `nsu=urn:…;i=5`: a node id that outlives the numbering of namespaces. */
export function lasting(nodeId: NodeId, uris: readonly string[]): string {
  const text = nodeId.toString().replace(/^ns=\d+;/, '')
  return nodeId.namespace === 0 ? text : `nsu=${uris[nodeId.namespace] ?? '?'};${text}`
}

function nodeIdOf(opcua: Opcua, value: unknown): NodeId | undefined {
  return value instanceof opcua.NodeId ? value : undefined
}

function textField<K extends string>(name: K, value: unknown): Partial<Record<K, string>> {
  const text =
    typeof value === 'object' && value !== null ? Reflect.get(value, 'text') : value
  const fields: Partial<Record<K, string>> = {}
  if (typeof text === 'string') fields[name] = text.slice(0, 500)
  return fields
}
