import type { EventEmitter } from 'node:events'
import { Aedes, type Client } from 'aedes'
import { Hooks, type Doorman } from './hooks.ts'
import type { Session } from './session.ts'

export interface Broker {
  /** Lets the broker speak over the session's stream. */
  serve(session: Session): void
  /** Ends all connections, without hearing their last wills. */
  close(): Promise<void>
}

/**
 * An aedes broker that is only an ear. aedes 1.2.0 writes PUBACK right after
 * `authorizePublish` calls back, and runs everything else later, so that is the one place where
 * a message can be stored before it is acknowledged. Nothing is kept in the broker: no sessions,
 * no retained messages, no subscriptions.
 */
export async function openBroker(
  doorman: Doorman,
  onError: (error: Error) => void,
): Promise<Broker> {
  const sessions = new WeakMap<Client, Session>()
  let closing = false
  const { preConnect, authenticate, authorizePublish, authorizeSubscribe } = new Hooks({
    doorman,
    sessionOf: (client) => sessions.get(client),
    closing: () => closing,
    onError,
  })
  const aedes = await Aedes.createBroker({
    preConnect,
    authenticate,
    authorizePublish,
    authorizeSubscribe,
    // The guard has its own, shorter time limit under our clock.
    connectTimeout: 60_000,
    drainTimeout: 10_000,
    maxInflightInbound: 100,
    // MQTT 3.1 allows 23 characters, but ours carry the user name; CONNECT is bounded before.
    maxClientsIdLength: 65_536,
  })
  // Failures of its own housekeeping, which the type of its events leaves out.
  const events: EventEmitter = aedes
  events.on('error', onError)

  return {
    serve(session) {
      const client = aedes.handle(session.stream)
      sessions.set(client, session)
      client.on('connected', () => session.open())
    },
    async close() {
      closing = true
      const { promise, resolve } = Promise.withResolvers<void>()
      aedes.close(resolve)
      await promise
    },
  }
}
