import type { OPCUAServer, UAVariable } from 'node-opcua'
import { loadOpcua, type Opcua } from '../../../src/adapters/opcua/library.ts'
import type { TypeOf } from '../../../src/devices/device-type.ts'
import type { NodeValue, ServerFile } from './case-file.ts'
import { serverIdentity, startTestServer, type TestServer } from './town.ts'

/** A server that does what a case says of it. */
export interface CaseServer extends TestServer {
  /** Nodes below the station, by their names, say this from now on. */
  say(nodes: Readonly<Record<string, NodeValue>>): void
  forgetSubscriptions(): void
}

/** Days from now, of certificates that are not valid today. */
const validity = {
  expired: { from: -30, days: 10 },
  early: { from: 10, days: 30 },
} as const

export async function serverOf(
  file: ServerFile,
  type: TypeOf<'opcua'>,
): Promise<CaseServer> {
  const opcua = await loadOpcua()
  const { users } = file
  const nodes = new Map<string, UAVariable>()
  const started = await startTestServer({
    type,
    namespacesBefore: file.namespacesBefore,
    ...(file.certificate !== 'plc' && {
      identity: await serverIdentity(file.certificate, validity[file.certificate]),
    }),
    options: {
      ...(file.security === 'None' && {
        securityPolicies: [opcua.SecurityPolicy.None],
        securityModes: [opcua.MessageSecurityMode.None],
      }),
      ...(users !== undefined && {
        allowAnonymous: false,
        userManager: {
          isValidUser: (name: string, word: string) => users[name] === word,
        },
      }),
    },
  })
  const server: CaseServer = {
    ...started,
    say(all) {
      for (const [name, value] of Object.entries(all)) {
        const node =
          nodes.get(name) ?? nodeOf(opcua, started.server, { path: name, type: value.type })
        nodes.set(name, node)
        const status = Object.entries(opcua.StatusCodes).find(
          ([one]) => one === value.status,
        )
        if (status === undefined) throw new Error(`there is no status ${value.status}`)
        node.setValueFromSource(variantOf(opcua, value), status[1])
      }
    },
    forgetSubscriptions: () => forgetSubscriptions(started.server),
  }
  server.say(file.nodes)
  return server
}

/** The node of that browse path below the station, made where it is not there: `WetWell/Level`. */
function nodeOf(
  opcua: Opcua,
  server: OPCUAServer,
  { path, type }: { readonly path: string; readonly type: string },
): UAVariable {
  const space = server.engine.addressSpace
  if (space === null) throw new Error('no address space')
  const namespace = space.getNamespace('urn:pumpwerk:station')
  const names = ['Stations', 'harbour', ...path.split('/')]
  const last = names.pop() ?? ''
  let parent = space.rootFolder.objects
  for (const name of names) {
    const child =
      parent.getFolderElementByName(name, namespace.index) ??
      parent.getChildByName(name, namespace.index)
    if (child?.nodeClass !== opcua.NodeClass.Object) throw new Error(`no ${name}`)
    parent = child as typeof parent
  }
  const known = parent.getChildByName(last, namespace.index)
  if (known !== null) return known as UAVariable
  return namespace.addVariable({
    browseName: last,
    componentOf: parent,
    dataType: type === 'ExtensionObject' ? 'Range' : 'BaseDataType',
    minimumSamplingInterval: 20,
  })
}

function variantOf(opcua: Opcua, { type, value }: NodeValue) {
  const dataType = opcua.DataType[type as keyof typeof opcua.DataType]
  const of = (one: unknown): unknown => scalarOf(opcua, type, one)
  return Array.isArray(value)
    ? { dataType, arrayType: opcua.VariantArrayType.Array, value: value.map(of) }
    : { dataType, arrayType: opcua.VariantArrayType.Scalar, value: of(value) }
}

function scalarOf(opcua: Opcua, type: string, value: unknown): unknown {
  switch (type) {
    case 'Int64':
    case 'UInt64': {
      const whole = BigInt.asUintN(64, BigInt(String(value)))
      return [Number(whole >> 32n), Number(whole & 0xffffffffn)]
    }
    case 'ByteString':
      return Buffer.from(String(value), 'base64')
    case 'DateTime':
      return new Date(String(value))
    case 'LocalizedText':
      return opcua.coerceLocalizedText(String(value))
    case 'ExtensionObject':
      return new opcua.Range({ low: 0, high: 1 })
    case 'String':
      return typeof value === 'number' ? 'x'.repeat(value) : value
    default:
      return value
  }
}

/** As a server does that was set up anew and kept its sessions. */
function forgetSubscriptions(server: OPCUAServer): void {
  const sessions: unknown = Reflect.get(server.engine, '_sessions')
  for (const session of Object.values(Object(sessions))) {
    const engine: unknown = Reflect.get(Object(session), 'publishEngine')
    const all: unknown = engine && Reflect.get(Object(engine), 'subscriptions')
    for (const one of Array.isArray(all) ? all : []) {
      Reflect.get(one, 'terminate')?.call(one)
    }
  }
}
