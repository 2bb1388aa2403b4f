import type { Clock } from '../domain/clock.ts'
import type { Envelope } from '../domain/log-record.ts'
import type { OrganisationId } from '../domain/ids.ts'
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
  /** Checks a user name and secret; undefined when they prove nothing. */
  readonly login: (username: string, secret: string) => Promise<DeviceLogin | undefined>
  readonly refuse: (refusal: Refusal) => void
  readonly log: Logger
  readonly clock: Clock
}

export type HealthState = 'connecting' | 'online' | 'degraded' | 'offline'

/** One configured connection to the field. Disposal stops it and waits for what is in flight. */
export interface Adapter extends AsyncDisposable {
  /** Name of the connection, as envelopes carry it. */
  readonly connection: string
  start(context: AdapterContext): Promise<void>
  health(): { readonly state: HealthState; readonly detail: string }
}
