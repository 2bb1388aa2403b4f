import type { Socket } from 'node:net'
import { elapsed, MINUTE, type TimeUs } from '../../domain/time.ts'
import type { Credentials, Doorman, Verdict } from './hooks.ts'
import { countedAddress, LoginThrottle } from './login-throttle.ts'
import { Session, type Shared } from './session.ts'
import { speakerOf } from '../topics.ts'

/** Decides who may connect: by address before a word is said, by credential after. */
export class Door implements Doorman {
  readonly #shared: Shared
  readonly #sessions = new Set<Session>()
  readonly #throttle: LoginThrottle
  /** Connections that have not logged in, by address. */
  readonly #strangers = new Counts()
  /** Connections that have, by user name. */
  readonly #guests = new Counts()
  readonly #counted = new Map<Session, string>()
  #lastTurnedAway: TimeUs | undefined

  constructor(shared: Shared) {
    this.#shared = shared
    const { failuresPerMinute, addresses } = shared.config.limits
    this.#throttle = new LoginThrottle({ failures: failuresPerMinute, addresses })
  }

  get connections(): number {
    return this.#sessions.size
  }

  get full(): boolean {
    return this.#sessions.size >= this.#shared.config.limits.connections
  }

  /**
   * A new connection; undefined when it was dropped. `certified` is the name in a certificate that
   * was shown and proved.
   */
  admit(socket: Socket, certified?: string): Session | undefined {
    const address = countedAddress(socket.remoteAddress)
    const { limits } = this.#shared.config
    if (this.#throttle.isShut(address, this.#now)) {
      socket.destroy()
      return undefined
    }
    if (this.full || this.#strangers.of(address) >= limits.unauthenticatedPerAddress) {
      this.#turnAway(address)
      socket.destroy()
      return undefined
    }
    const session = new Session(socket, address, {
      certified,
      shared: this.#shared,
      events: { brokeRules: () => this.#failed(session) },
    })
    this.#sessions.add(session)
    this.#strangers.add(address)
    session.stream.once('close', () => this.#gone(session))
    return session
  }

  async check(session: Session, credentials: Credentials): Promise<Verdict> {
    const { username, proof, willTopic } = credentials
    const { context, config, certified } = this.#shared
    const login =
      proof === 'certificate'
        ? await certified(username)
        : await context.login(username, proof.secret)
    if (session.stream.destroyed) return 'unavailable'
    if (login === undefined) {
      const name = JSON.stringify(username.slice(0, 64))
      const why =
        proof === 'certificate' ? 'its certificate names no device' : 'wrong secret'
      session.refuse('bad_credentials', `${why}, or no credential named ${name}`)
      this.#failed(session)
      return 'bad_credentials'
    }
    // From here on what is refused is told to the organisation whose device it is.
    session.identify(username, login)
    if (willTopic !== undefined && speakerOf(login, willTopic) === undefined) {
      const topic = JSON.stringify(willTopic.slice(0, 200))
      session.refuse('topic_not_allowed', `the last will names the topic ${topic}`)
      return 'forbidden'
    }
    if (this.#guests.of(username) >= config.limits.connectionsPerLogin) {
      const most = config.limits.connectionsPerLogin
      session.refuse('too_many_connections', `${username} has ${most} connections already`)
      return 'unavailable'
    }
    this.#strangers.remove(session.address)
    this.#guests.add(username)
    this.#counted.set(session, username)
    return 'welcome'
  }

  anonymous(session: Session): void {
    session.refuse('bad_credentials', 'CONNECT has no user name and password')
    this.#failed(session)
  }

  otherProtocol(session: Session, version: number): void {
    const detail = `MQTT protocol level ${version}; use MQTT 3.1.1, or a broker in between`
    session.refuse('protocol_version', detail)
  }

  malformed(session: Session, why: string): void {
    session.refuse('protocol', why)
    if (!session.known) this.#failed(session)
  }

  /** Waits until every answer written so far is on its way to its device. */
  async flushed(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.flushed()))
  }

  /** Drops every connection of this login; what it sent and was not acknowledged it sends again. */
  expel(username: string): void {
    for (const [session, name] of this.#counted) {
      if (name === username) session.stream.destroy()
    }
  }

  /** Drops whoever is left. */
  clear(): void {
    for (const session of this.#sessions) session.stream.destroy()
  }

  get #now(): TimeUs {
    return this.#shared.context.clock.now()
  }

  #gone(session: Session): void {
    this.#sessions.delete(session)
    const username = this.#counted.get(session)
    this.#counted.delete(session)
    if (username === undefined) this.#strangers.remove(session.address)
    else this.#guests.remove(username)
  }

  #failed(session: Session): void {
    if (!this.#throttle.failed(session.address, this.#now)) return
    const { failuresPerMinute } = this.#shared.config.limits
    session.refuse(
      'too_many_failures',
      `${failuresPerMinute} failed logins within a minute; connections from ${session.address} are dropped for a minute`,
    )
  }

  /** Said once a minute: whoever floods us with connections must not flood the list of problems too. */
  #turnAway(address: string): void {
    const now = this.#now
    const age = this.#lastTurnedAway && elapsed(this.#lastTurnedAway, now)
    if (age !== undefined && age >= 0 && age < MINUTE) return
    this.#lastTurnedAway = now
    this.#shared.context.refuse({
      source: `mqtt:${address}`,
      reason: 'too_many_connections',
      detail: this.full
        ? `${this.connections} connections are open; no more fit`
        : `${this.#strangers.of(address)} connections of this address have not logged in`,
    })
  }
}

/** How many there are of each; a name nobody has takes no room. */
class Counts {
  readonly #counts = new Map<string, number>()

  of(name: string): number {
    return this.#counts.get(name) ?? 0
  }

  add(name: string): void {
    this.#counts.set(name, this.of(name) + 1)
  }

  remove(name: string): void {
    const left = this.of(name) - 1
    if (left > 0) this.#counts.set(name, left)
    else this.#counts.delete(name)
  }
}
