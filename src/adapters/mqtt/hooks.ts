import type { AedesOptions, Client } from 'aedes'
import type { Published, Session } from './session.ts'

export interface Credentials {
  readonly username: string
  readonly secret: string
  /** Topic of the last will, if the CONNECT has one. */
  readonly willTopic?: string
}

export type Verdict = 'welcome' | 'unavailable' | 'bad_credentials' | 'forbidden'

/** Who decides about logins. */
export interface Doorman {
  /** Rejects when the credentials cannot be checked now. */
  readonly check: (session: Session, credentials: Credentials) => Promise<Verdict>
  /** A CONNECT without user name or password. */
  readonly anonymous: (session: Session) => void
  /** A protocol other than MQTT 3.1 and 3.1.1. */
  readonly otherProtocol: (session: Session, version: number) => void
}

export interface HookParts {
  readonly doorman: Doorman
  readonly sessionOf: (client: Client) => Session | undefined
  /** Last wills are not heard any more: we leave, not the devices. */
  readonly closing: () => boolean
  readonly onError: (error: Error) => void
}

type Hook<Name extends keyof AedesOptions> = Required<AedesOptions>[Name]
/** The broker takes any number for its codes. */
type Answer = (error: (Error & { returnCode: number }) | null, success: boolean) => void

/** CONNACK return codes of MQTT 3.1.1. */
const returnCode = { unavailable: 3, bad_credentials: 4, forbidden: 5 } as const

/** What aedes asks us about every connection and message. */
export class Hooks {
  readonly #parts: HookParts
  /** A will is handed over later, at times without a client, so it leads back by itself. */
  readonly #wills = new WeakMap<object, Session>()
  readonly #willTopics = new WeakMap<Session, string>()

  constructor(parts: HookParts) {
    this.#parts = parts
  }

  readonly preConnect: Hook<'preConnect'> = (client, packet, done) => {
    const { doorman, sessionOf } = this.#parts
    const session = sessionOf(client)
    if (session === undefined) return done(new Error('unknown connection'), false)
    const version = packet.protocolVersion ?? 4
    if (version !== 3 && version !== 4) doorman.otherProtocol(session, version)
    if (packet.will !== undefined) {
      this.#wills.set(packet.will, session)
      this.#willTopics.set(session, packet.will.topic)
    }
    // Devices of two logins may choose the same client id; only one's own may take over.
    const username = packet.username ?? ''
    if (packet.clientId !== '') {
      packet.clientId = `${username.length}:${username}:${packet.clientId}`
    }
    // A session kept for an absent device would hold nothing but the broker's memory.
    packet.clean = true
    done(null, true)
  }

  readonly authenticate = (
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
    done: Answer,
  ): void => {
    const { doorman, sessionOf } = this.#parts
    const session = sessionOf(client)
    if (session === undefined) return done(refusal('unavailable'), false)
    if (username === undefined || password === undefined) {
      doorman.anonymous(session)
      return done(refusal('forbidden'), false)
    }
    const willTopic = this.#willTopics.get(session)
    const credentials = {
      username,
      secret: password.toString(),
      ...(willTopic !== undefined && { willTopic }),
    }
    void this.#check(session, credentials, done)
  }

  readonly authorizePublish: Hook<'authorizePublish'> = (client, packet, done) => {
    const { sessionOf, closing } = this.#parts
    const willOf = this.#wills.get(packet)
    const session = willOf ?? (client === null ? undefined : sessionOf(client))
    if (session === undefined) return done(new Error('a message of no connection'))
    if (willOf !== undefined && closing()) return done(new Error('the broker is closing'))
    const { topic, payload, retain } = packet
    const message: Published = { topic, payload, retain }
    // The broker would keep it for subscribers, and there are none.
    packet.retain = false
    if (willOf === undefined) session.publish(message, done)
    else session.publishWill(message, done)
  }

  /** The failure code in SUBACK; the connection stays. */
  readonly authorizeSubscribe: Hook<'authorizeSubscribe'> = (
    _client,
    _subscription,
    done,
  ) => done(null, null)

  async #check(session: Session, credentials: Credentials, done: Answer): Promise<void> {
    const { doorman, onError } = this.#parts
    let verdict: Verdict
    try {
      verdict = await doorman.check(session, credentials)
    } catch (error) {
      onError(error instanceof Error ? error : new Error('login failed', { cause: error }))
      verdict = 'unavailable'
    }
    if (verdict === 'welcome') done(null, true)
    else done(refusal(verdict), false)
  }
}

function refusal(verdict: keyof typeof returnCode): Error & { returnCode: number } {
  return Object.assign(new Error(verdict), { returnCode: returnCode[verdict] })
}
