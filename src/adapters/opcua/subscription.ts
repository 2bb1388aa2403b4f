import type { OpcuaConnection } from '../../devices/opcua/connection.ts'
import type { OpcuaSection } from '../../devices/opcua/type.ts'
import { durationUs, SECOND, type DurationUs } from '../../domain/time.ts'
import type { Opcua } from './library.ts'
import type { RawSession } from './raw-session.ts'

type Wanted = OpcuaSection['subscription']

/** A subscription as the server granted it. */
export interface Subscription {
  readonly id: number
  /** Silent for longer, it is gone: three of its keep-alives. */
  readonly silence: DurationUs
}

/** Devices whose types want the same share a subscription. */
export function subscriptionKey({ publishing, keepAlive, lifetime }: Wanted): string {
  return `${publishing} ${keepAlive} ${lifetime}`
}

export async function openSubscription(order: {
  readonly opcua: Opcua
  readonly session: RawSession
  readonly wanted: Wanted
  readonly settings: OpcuaConnection
}): Promise<Subscription> {
  const { opcua, session, wanted, settings } = order
  const granted = await session.createSubscription(
    new opcua.CreateSubscriptionRequest({
      requestedPublishingInterval: wanted.publishing / 1_000,
      requestedLifetimeCount: Math.max(wanted.lifetime, 3 * wanted.keepAlive),
      requestedMaxKeepAliveCount: wanted.keepAlive,
      maxNotificationsPerPublish: settings.limits.perPublish,
      publishingEnabled: true,
      priority: 10,
    }),
  )
  const { subscriptionId, revisedPublishingInterval, revisedMaxKeepAliveCount } = granted
  const keepAlive = revisedPublishingInterval * revisedMaxKeepAliveCount * 1_000
  // A busy machine of ours must not be taken for a silent server.
  return { id: subscriptionId, silence: durationUs(Math.max(3 * keepAlive, SECOND)) }
}
