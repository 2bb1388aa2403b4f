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
 * An aedes broker that is only an ear: it answers CONNECT, PINGREQ and SUBSCRIBE, lets a second
 * connection take over from the first, and knows the last wills. The messages do not come here
 * (GuardedStream). Nothing is kept in the broker: no sessions, no retained messages, no
 * subscriptions.
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
      // Before the broker hears of it, and destroys the stream.
      client.prependListener('error', (error: Error) => {
        if (isMalformed(error, session)) doorman.malformed(session, error.message)
      })
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

/** Its parser's verdict: not an answer with a return code, nor what follows from a lost connection. */
function isMalformed(error: Error, { refused, stream }: Session): boolean {
  return !refused && !stream.destroyed && !('returnCode' in error)
}
