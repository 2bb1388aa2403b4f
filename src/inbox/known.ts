import type { FieldConnection } from '../devices/field-device.ts'
import { identityOf, keyOf } from '../devices/http/identity.ts'

/** The part of a configuration that says who is a device. */
export interface WhoIsWho {
  readonly connections: readonly FieldConnection[]
  /** Device id → topics that it speaks on. */
  readonly topics: ReadonlyMap<string, readonly string[]>
}

/** As long as a name of a stranger may be; what is longer is cut there. */
const LONGEST_NAME = 200

/**
 * Whether somebody who was a stranger is a device by now: on a configured connection by the name that
 * it stands under there, on a broker by its topic. Made once for many questions.
 */
export function knownSenders({
  connections,
  topics,
}: WhoIsWho): (connection: string, identity: string) => boolean {
  const named = new Map(connections.map((one) => [one.name, namesOn(one)]))
  const spoken = new Set<string>()
  for (const [device, all] of topics) for (const name of [device, ...all]) spoken.add(name)
  return (connection, identity) => named.get(connection)?.(identity) ?? spoken.has(identity)
}

function namesOn({ settings, devices }: FieldConnection): (identity: string) => boolean {
  const heardAs = (name: string): string => {
    const cut = name.slice(0, LONGEST_NAME)
    return settings.protocol === 'http' ? keyOf(settings.format, cut) : cut.toLowerCase()
  }
  const names = new Set(devices.map((device) => heardAs(identityOf(device))))
  return (identity) => names.has(heardAs(identity))
}
