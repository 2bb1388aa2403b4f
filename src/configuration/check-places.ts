import type { Connection } from '../devices/connection.ts'
import { addressOf, type DeviceType } from '../devices/device-type.ts'
import type { Device } from '../domain/asset.ts'
import type { Finding } from './finding.ts'
import { explainMisfit, wordsOf } from './issues.ts'
import { canonicalJson } from './json.ts'
import type { TypedObjects } from './objects.ts'

/** Whether every device can be reached where it is said to be: its connection, and its place there. */
export function checkPlaces({
  device,
  deviceType,
  connection,
}: Pick<TypedObjects, 'device' | 'deviceType' | 'connection'>): Finding[] {
  const taken = new Map<string, string>()
  return [...device].flatMap(([slug, one]) => {
    const type = deviceType.get(one.type)
    if (type === undefined) return []
    const way = one.connection === undefined ? undefined : connection.get(one.connection)
    const misfits = wrongAddress(slug, type, one)
    if (misfits.length > 0) return misfits
    // A connection that is not there is told of with the references.
    if (one.connection !== undefined && way === undefined) return []
    const wrong = wrongWay(type, way)
    if (wrong !== undefined) return [{ ...about(slug), path: ['connection'], ...wrong }]
    return shared(slug, one, taken)
  })
}

function about(slug: string): Pick<Finding, 'severity' | 'kind' | 'slug' | 'part'> {
  return { severity: 'mistake', kind: 'device', slug, part: 'value' }
}

function wrongAddress(slug: string, type: DeviceType, { address }: Device): Finding[] {
  const otherKind = `a device that speaks ${type.protocol} has another kind of address`
  const findings: Finding[] = []
  for (const misfit of explainMisfit(addressOf[type.protocol], address)) {
    const path = ['address', ...misfit.path]
    const words = { why: otherKind, ...wordsOf(misfit) }
    findings.push({ ...about(slug), path, part: misfit.part, ...words })
  }
  return findings
}

type Wrong = Pick<Finding, 'what' | 'why' | 'next'>

function wrongWay(type: DeviceType, way: Connection | undefined): Wrong | undefined {
  const wanted = wayOf(type)
  if (wanted === undefined) {
    return (
      way && { what: `${type.type} speaks to our own broker`, next: 'leave connection out' }
    )
  }
  if (way === undefined) {
    return {
      what: `${type.type} needs a connection`,
      why: `it speaks ${type.protocol}`,
      next: `name one with ${wanted.join(' or ')}`,
    }
  }
  const found = way.protocol === 'http' ? `http ${way.format}` : way.protocol
  if (wanted.includes(found)) return undefined
  return {
    what: `the connection is ${found}`,
    why: `${type.type} needs ${wanted.join(' or ')}`,
  }
}

/** The connections that carry messages of this type; undefined for our own broker. */
function wayOf(type: DeviceType): readonly string[] | undefined {
  switch (type.protocol) {
    case 'mqtt':
      return undefined
    case 'http':
      return [`http ${type.http.format}`]
    case 'lorawan':
      return ['http chirpstack4', 'http tts3']
    case 'talq':
      return ['http talq']
    case 'modbus':
    case 'opcua':
      return [type.protocol]
  }
}

/** Two devices at one place would each be heard as the other. */
function shared(
  slug: string,
  { connection, address }: Device,
  taken: Map<string, string>,
): Finding[] {
  if (connection === undefined || Object.keys(address).length === 0) return []
  const place = `${connection} ${canonicalJson(address)}`
  const other = taken.get(place)
  taken.set(place, other ?? slug)
  if (other === undefined) return []
  const what = `${other} is at this address of ${connection} already`
  return [{ ...about(slug), path: ['address'], what, next: 'give one of them another' }]
}
