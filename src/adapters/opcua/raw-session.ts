import type {
  ClientSession,
  ClientSessionPublishService,
  ClientSessionRawSubscriptionService,
} from 'node-opcua'

/** A session with the services below the library's own subscriptions. */
export type RawSession = ClientSession &
  ClientSessionRawSubscriptionService &
  ClientSessionPublishService

/** Every session of the pinned version has them, although its main type does not say so. */
export function rawSession(session: ClientSession): RawSession {
  if (isRaw(session)) return session
  throw new Error('this version of node-opcua has no raw subscription services')
}

function isRaw(session: ClientSession): session is RawSession {
  return ['publish', 'createSubscription', 'createMonitoredItems'].every(
    (name) => typeof Reflect.get(session, name) === 'function',
  )
}
