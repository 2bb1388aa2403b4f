import type { AedesOptions, Client, ConnectPacket } from 'aedes'
import type { Session } from './session.ts'

export interface Credentials {
  readonly username: string
  /** What it knows, or that a certificate of our authority bears the user name. */
  readonly proof: { readonly secret: string } | 'certificate'
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
  /** A packet that the protocol forbids. */
  readonly malformed: (session: Session, why: string) => void
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
    const fault = faultOfConnect(packet)
    if (fault !== undefined) {
      doorman.malformed(session, fault)
      return done(new Error(fault), false)
    }
    if (packet.will !== undefined) {
      this.#wills.set(packet.will, session)
      this.#willTopics.set(session, packet.will.topic)
    }
    // Devices of two logins may choose the same client id; only one's own may take over.
    const username = session.certified ?? packet.username ?? ''
    if (packet.clientId !== '') {
      packet.clientId = `${username.length}:${username}:${packet.clientId}`
    }
    // A session kept for an absent device would hold nothing but the broker's memory.
    packet.clean = true
    // The broker does not see the messages, so it cannot tell a silent device from a busy one.
    session.promised(packet.keepalive ?? 0)
    packet.keepalive = 0
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
    const known = knownBy(session, username, password)
    if (known === undefined) {
      doorman.anonymous(session)
      return done(refusal('forbidden'), false)
    }
    const willTopic = this.#willTopics.get(session)
    const credentials = { ...known, ...(willTopic !== undefined && { willTopic }) }
    void this.#check(session, credentials, done)
  }

  /** Only last wills come here: the messages of a connection never reach the broker. */
  readonly authorizePublish: Hook<'authorizePublish'> = (_client, packet, done) => {
    const session = this.#wills.get(packet)
    if (session === undefined) return done(new Error('not a last will'))
    if (this.#parts.closing()) return done(new Error('the broker is closing'))
    const { topic, payload, retain } = packet
    // The broker would keep it for subscribers, and there are none.
    packet.retain = false
    session.storeWill({ topic, payload, retain }, (outcome) =>
      done(outcome === 'stored' ? null : outcome),
    )
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

/** A certificate counts, whatever else is said. */
function knownBy(
  { certified }: Session,
  username: string | undefined,
  password: Buffer | undefined,
): Pick<Credentials, 'username' | 'proof'> | undefined {
  if (certified !== undefined) return { username: certified, proof: 'certificate' }
  if (username === undefined || password === undefined) return undefined
  return { username, proof: { secret: password.toString() } }
}

/** What the broker's parser lets pass: it puts U+FFFD where a text is not UTF-8. */
function faultOfConnect(packet: ConnectPacket): string | undefined {
  const { clientId, username = '', will } = packet
  const texts = [clientId, username, will?.topic ?? '']
  // [MQTT-1.5.3-1], [MQTT-1.5.3-2]
  if (texts.some((text) => /[\0\uFFFD]/.test(text))) {
    return 'a CONNECT holds a NUL, or text that is not UTF-8'
  }
  // [MQTT-3.1.2-14]
  const willQos: number = will?.qos ?? 0
  return willQos > 2 ? 'a last will asks for QoS 3, which does not exist' : undefined
}

function refusal(verdict: keyof typeof returnCode): Error & { returnCode: number } {
  return Object.assign(new Error(verdict), { returnCode: returnCode[verdict] })
}
