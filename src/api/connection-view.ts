import { z } from 'zod'
import type { Health } from '../adapters/adapter.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { toIso } from '../domain/time.ts'

/** How a connection and everybody on it is now. Whoever holds the adapters answers with these. */
export interface ConnectionHealth {
  /** Undefined for our own broker, which serves everybody. */
  readonly organisation: OrganisationId | undefined
  readonly name: string
  /** `mqtt`, `modbus`, `opcua`, `http`, … */
  readonly protocol: string
  readonly health: Health
  /** Those whose health is known one by one; empty where devices come to us. */
  readonly devices: readonly {
    readonly id: string
    readonly slug: string
    readonly health: Health
  }[]
}

const time = z.iso.datetime()

const healthView = z.object({
  state: z.enum(['connecting', 'online', 'degraded', 'offline']),
  /** In words an operator can act on. */
  detail: z.string(),
  since: time.nullable(),
  lastOk: time.nullable(),
  lastError: z.string().nullable(),
  /** How long the oldest message that is not durable yet has waited, or how late a poll is. */
  lagSeconds: z.number().nullable(),
})
export type HealthView = z.infer<typeof healthView>

export const connectionView = z.object({
  /** Null for our own broker. */
  organisation: z.string().nullable(),
  name: z.string(),
  protocol: z.string(),
  ...healthView.shape,
  devices: z.array(z.object({ id: z.string(), slug: z.string(), ...healthView.shape })),
})
export type ConnectionView = z.infer<typeof connectionView>

export const connectionListView = z.object({ connections: z.array(connectionView) })

export function connectionViewOf(one: ConnectionHealth): ConnectionView {
  const { organisation = null, name, protocol, health, devices } = one
  return {
    organisation,
    name,
    protocol,
    ...healthViewOf(health),
    devices: devices.map(({ id, slug, health }) =>
      Object.assign({ id, slug }, healthViewOf(health)),
    ),
  }
}

/** What an organisation may see: its own connections, and the broker that serves everybody. */
export function visibleTo(
  connections: readonly ConnectionHealth[],
  organisation: OrganisationId,
): readonly ConnectionHealth[] {
  return connections.filter(
    (one) => one.organisation === undefined || one.organisation === organisation,
  )
}

/** The one with this name. Throws Problem not_found. */
export function connectionNamed(
  connections: readonly ConnectionHealth[],
  name: string,
): ConnectionHealth {
  const found = connections.find((one) => one.name === name)
  if (found !== undefined) return found
  const names = connections.map((one) => one.name).join(', ')
  throw new Problem({
    kind: 'not_found',
    what: `there is no connection ${name} here`,
    next:
      names === ''
        ? 'connections are held by the process with the role gateway; ask there'
        : `there are: ${names}`,
  })
}

function healthViewOf(health: Health): HealthView {
  const { state, detail, since, lastOk, lastError = null, lagSeconds = null } = health
  return {
    state,
    detail,
    since: since === undefined ? null : toIso(since),
    lastOk: lastOk === undefined ? null : toIso(lastOk),
    lastError,
    lagSeconds,
  }
}
