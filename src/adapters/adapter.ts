import type { Clock } from '../domain/clock.ts'
import type { Envelope } from '../domain/log-record.ts'
import type { FieldDevice } from '../devices/field-device.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'
import type { Logger } from 'pino'

/** Why a message or connection was refused before it reached the log, in words an integrator can act on. */
export interface Refusal {
  /** Unknown when the sender never proved who it is. */
  readonly organisation?: OrganisationId
  /** `mqtt:<user name>` or `mqtt:<remote address>`. */
  readonly source: string
  /** A fixed code, counted: `too_large`, `unknown_device`, `topic_not_allowed`, `bad_credentials`, … */
  readonly reason: string
  readonly detail: string
  /** Start of the payload, if any. */
  readonly sample?: Uint8Array
}

/** The outcome of showing a credential. */
export interface DeviceLogin {
  readonly organisation: OrganisationId
  readonly device: string
  readonly class: 'device' | 'gateway' | 'bridge'
  /** Topic filters this credential may publish to, its own identity already put in. */
  readonly publish: readonly string[]
}

export interface AdapterContext {
  /** Resolves when the envelope is durable; only then may the sender be acknowledged. */
  readonly append: (envelope: Envelope) => Promise<unknown>
  /** The same for several at once, in their order, all or an error: cheaper where they come together. */
  readonly appendAll: (envelopes: readonly Envelope[]) => Promise<void>
  /** Checks a user name and secret; undefined when they prove nothing. */
  readonly login: (username: string, secret: string) => Promise<DeviceLogin | undefined>
  readonly refuse: (refusal: Refusal) => void
  /** Tells of somebody who speaks on a known connection and is no registered device. */
  readonly unknown: (stranger: Stranger) => void
  /** The value of a secret that a connection names; undefined when the process was not given it. */
  readonly secret: (name: string) => string | undefined
  readonly log: Logger
  readonly clock: Clock
}

export type HealthState = 'connecting' | 'online' | 'degraded' | 'offline'

/** How a connection or a device on it is. */
export interface Health {
  readonly state: HealthState
  /** In words an operator can act on. */
  readonly detail: string
  /** When this state began; undefined before the start. */
  readonly since?: TimeUs
  readonly lastOk?: TimeUs
  readonly lastError?: string
  /** How long the oldest message that is not durable yet has waited, or how late a poll is, in seconds. */
  readonly lagSeconds?: number
}

/** Somebody who speaks on a known connection and is no registered device: work for an integrator. */
export interface Stranger {
  readonly organisation: OrganisationId
  readonly connection: string
  /** What it calls itself there: a topic, an EUI, a unit, a tag. At most 200 characters. */
  readonly identity: string
  /** What it said, as it came. */
  readonly sample: Uint8Array
}

/** Somebody has taken note of an alarm that a device raised itself. */
export interface AlarmTaken {
  /** Id of the device. */
  readonly device: string
  /** Key of the point in the device's type. */
  readonly point: string
  /** When the person did, by our clock; the source may have raised it anew since. */
  readonly at: TimeUs
  /** What the person said of it; the source may show it. At most 200 characters are sent. */
  readonly comment: string
}

/** One configured connection to the field. Disposal stops it and waits for what is in flight. */
export interface Adapter extends AsyncDisposable {
  /** Name of the connection, as envelopes carry it. */
  readonly connection: string
  start(context: AdapterContext): Promise<void>
  health(): Health
}

/**
 * An adapter that goes to its devices, so it must know them. Each has its own health, and a change
 * of devices or types takes effect without a reconnect.
 */
export interface FieldAdapter extends Adapter {
  /** From now on these. Resolves when the connection has taken them over. */
  reload(devices: readonly FieldDevice[]): Promise<void>
  /** Device id → how it is. Bounded by the devices of the connection. */
  devices(): ReadonlyMap<string, Health>
  /**
   * Tells the source of an alarm that somebody has acknowledged it; left out where the protocol cannot.
   * Resolves when the source has taken it, also if it knew. Rejects with a Problem: `unavailable` when it
   * may be tried again, `conflict` when the source has raised the alarm anew since, `invalid` when the
   * source refuses for good.
   */
  acknowledgeAlarm?(taken: AlarmTaken): Promise<void>
}
