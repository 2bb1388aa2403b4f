import type { Connection } from './connection.ts'
import type { DeviceType } from './device-type.ts'

/** A device as the adapter of its connection sees it. */
export interface FieldDevice {
  /** As envelopes carry it; never changes. */
  readonly id: string
  /** As people call it. */
  readonly slug: string
  readonly type: DeviceType
  /** Where it stands on the connection; fits the schema of its protocol. */
  readonly address: Readonly<Record<string, string | number>>
  readonly params: Readonly<Record<string, string | number>>
}

/** A configured connection and who is on it. */
export interface FieldConnection {
  /** Its slug, as envelopes carry it. */
  readonly name: string
  readonly settings: Connection
  readonly devices: readonly FieldDevice[]
}
