import type { DeviceType } from '../devices/device-type.ts'
import type { Value } from '../domain/reading.ts'

/**
 * What the tools of an integrator do with one protocol: a device made of nothing but its type, and
 * a careful look at a real one.
 */

/** A device that exists only as long as this object; it speaks the real protocol over real sockets. */
export interface Simulation extends AsyncDisposable {
  /** Where it is heard, to be shown and copied: `127.0.0.1:5502 unit 1`, `opc.tcp://…`. */
  readonly where: string
  /** From now on the point has this value (as readings have it: scaled, named); throws Problem invalid. */
  set(point: string, value: Value): void
  /** From now on the device does not answer, or does again. */
  silent(yes: boolean): void
}

export interface SimulationOrder {
  readonly type: DeviceType
  /** As a device's `address` has it. */
  readonly address: Readonly<Record<string, string | number>>
  readonly host: string
  /** 0 for any free one. */
  readonly port: number
}

/** Something that a look at a device found. */
export interface Found {
  /** Where, as the type's points will say it. */
  readonly where: string
  /** The same bytes as every type they could be, for a person to choose: `int16`, `float32 CDAB`, … */
  readonly shows: readonly { readonly as: string; readonly value: string }[]
  /** A point that could be written into `type.yaml` as it stands. */
  readonly proposal?: { readonly key: string; readonly definition: Record<string, unknown> }
}
