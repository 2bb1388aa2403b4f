import type { Socket } from 'node:net'
import type { CancelTimer } from '../../domain/clock.ts'
import type { TimeUs } from '../../domain/time.ts'
import type { AdapterContext, DeviceLogin, Refusal } from '../adapter.ts'
import { speakerOf } from '../topics.ts'
import type { Outcome } from './ack-queue.ts'
import type { MqttConfig } from './config.ts'
import type { PublishFrame } from './frames.ts'
import { GuardedStream } from './guarded-stream.ts'
import { Inbox, sizeOf } from './inbox.ts'
import type { Intake } from './intake.ts'
import { KeepAlive } from './keep-alive.ts'
import { TokenBucket } from './token-bucket.ts'
import type { Turnstile } from './turnstile.ts'

/** What every connection of one adapter shares. */
export interface Shared {
  readonly config: MqttConfig
  readonly context: AdapterContext
  readonly intake: Intake
  readonly turnstile: Turnstile
  /** The device that a proved certificate names; undefined when there is none. */
  readonly certified: CertifiedLogin
}

/** The login of a device whose certificate bears this user name; undefined when there is none. */
export type CertifiedLogin = (username: string) => Promise<DeviceLogin | undefined>

/** A last will as the broker hands it over. */
export interface Will {
  readonly topic: string
  readonly payload: string | Buffer
  readonly retain: boolean
}

export interface SessionEvents {
  /** CONNECT did not come whole, or broke the rules, before the sender proved who it is. */
  readonly brokeRules: () => void
}

interface Identity {
  readonly username: string
  readonly login: DeviceLogin
  readonly inbox: Inbox
}

/** One connection from its open socket to its last acknowledgement. */
export class Session {
  readonly address: string
  /** Who it is, as a certificate of our authority says. */
  readonly certified: string | undefined
  readonly stream: GuardedStream
  readonly #socket: Socket
  readonly #shared: Shared
  readonly #events: SessionEvents
  readonly #bucket: TokenBucket
  readonly #wake = (): void => this.stream.wake()
  #identity: Identity | undefined
  /** What the device promised in CONNECT, in seconds; 0 for nothing. */
  #keepAliveSeconds = 0
  #keepAlive: KeepAlive | undefined
  /** One time for all that is taken in one go. */
  #now: TimeUs | undefined
  #deadline: CancelTimer
  #refill: CancelTimer | undefined
  #refused = false

  constructor(
    socket: Socket,
    address: string,
    {
      certified,
      shared,
      events,
    }: {
      readonly certified: string | undefined
      readonly shared: Shared
      readonly events: SessionEvents
    },
  ) {
    const { limits } = shared.config
    const { clock } = shared.context
    this.address = address
    this.certified = certified
    this.#socket = socket
    this.#shared = shared
    this.#events = events
    const rate = { perSecond: limits.packetsPerSecond, burst: limits.burst }
    this.#bucket = new TokenBucket(rate, clock.now())
    this.#deadline = clock.after(limits.connectWithin, () => this.#tooSlow('CONNECT'))
    this.stream = new GuardedStream(socket, {
      connectBytes: limits.connectBytes,
      frameBytes: limits.frameBytes,
      greeted: () => {
        this.#deadline()
        this.#deadline = clock.after(limits.loginWithin, () => this.#tooSlow('login'))
      },
      publish: (bytes, frame) => this.#publish(bytes, frame),
      release: (id) => this.#release(id),
      admit: () => this.#admit(),
      paused: () => this.#paused(),
      refused: ({ reason, detail }, sample) => {
        this.refuse(reason, detail, sample)
        if (this.#identity === undefined) {
          this.#events.brokeRules()
          this.stream.destroy()
        } else this.#identity.inbox.endAfterAnswers()
      },
    })
    this.stream.once('close', () => this.#closed())
  }

  /** The credential was checked. */
  get known(): boolean {
    return this.#identity !== undefined
  }

  /** Something of it was refused, and said. */
  get refused(): boolean {
    return this.#refused
  }

  /** The credential was checked; messages pass from `open` on. */
  identify(username: string, login: DeviceLogin): void {
    const { config, intake, turnstile } = this.#shared
    const inbox = new Inbox({
      intake,
      login,
      connection: config.connection,
      pending: config.limits.pendingPerConnection,
      unreleased: config.limits.unreleasedPerConnection,
      left: (messages, bytes) => turnstile.leave(messages, bytes),
      refuse: (reason, detail, sample) => this.refuse(reason, detail, sample),
      answer: (bytes) => this.stream.answer(bytes),
      wake: this.#wake,
      end: () => this.stream.destroy(),
    })
    this.#identity = { username, login, inbox }
  }

  /** The device promised to say something at least this often; 0 for no promise. */
  promised(seconds: number): void {
    this.#keepAliveSeconds = seconds
  }

  /** The broker has answered CONNECT. */
  open(): void {
    this.#deadline()
    if (this.stream.destroyed) return
    if (this.#keepAliveSeconds > 0) {
      this.#keepAlive = new KeepAlive(this.#keepAliveSeconds, {
        socket: this.#socket,
        clock: this.#shared.context.clock,
        busy: () => this.stream.waiting,
        expired: () => this.stream.destroy(),
      })
    }
    this.stream.open()
  }

  /** Stores the last will of this connection, which comes when it is gone already. */
  storeWill({ topic, payload, retain }: Will, settled: (outcome: Outcome) => void): void {
    const { config, context, intake } = this.#shared
    const login = this.#identity?.login
    const device = login && speakerOf(login, topic)
    // It was looked at when the device logged in.
    if (login === undefined || device === undefined) return settled(new Error('no login'))
    const envelope = {
      kind: 'envelope',
      organisation: login.organisation,
      connection: config.connection,
      device,
      topic,
      payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
      ingest: context.clock.now(),
      retained: retain && login.class === 'bridge',
    } as const
    intake.store([envelope], settled)
  }

  /** Resolves when every answer that may be sent has left, or the connection is gone. */
  async flushed(): Promise<void> {
    this.#identity?.inbox.answer()
    if (this.stream.destroyed) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.stream.write(Buffer.alloc(0), () => resolve())
    await promise
  }

  refuse(reason: string, detail: string, sample?: Uint8Array): void {
    this.#refused = true
    const refusal: Refusal = { source: this.#source, reason, detail }
    const organisation = this.#identity?.login.organisation
    this.#shared.context.refuse({
      ...refusal,
      ...(organisation !== undefined && { organisation }),
      ...(sample !== undefined && { sample }),
    })
  }

  get #source(): string {
    return `mqtt:${this.#identity?.username ?? this.address}`
  }

  #publish(bytes: Buffer, frame: PublishFrame): boolean {
    const inbox = this.#identity?.inbox
    // The next answer wakes us, or the device when it reads on.
    if (inbox === undefined || inbox.full || this.stream.congested) return false
    if (!this.#admit()) return false
    if (!this.#shared.turnstile.enter(this.#wake, sizeOf(frame))) {
      this.#bucket.giveBack()
      return false
    }
    inbox.add(bytes, frame, this.#moment())
    return true
  }

  #release(id: number): boolean {
    const inbox = this.#identity?.inbox
    if (inbox === undefined || inbox.full || this.stream.congested) return false
    if (!this.#admit()) return false
    inbox.release(id)
    return true
  }

  #admit(): boolean {
    if (this.#bucket.take(this.#moment())) return true
    this.#wakeWhenRefilled()
    return false
  }

  #paused(): void {
    this.#now = undefined
    this.#identity?.inbox.send()
  }

  #moment(): TimeUs {
    return (this.#now ??= this.#shared.context.clock.now())
  }

  #wakeWhenRefilled(): void {
    const { clock } = this.#shared.context
    this.#refill ??= clock.after(this.#bucket.untilWorthwhile(clock.now()), () => {
      this.#refill = undefined
      this.#wake()
    })
  }

  #tooSlow(what: string): void {
    this.refuse('too_slow', `no ${what} within the time allowed`)
    this.stream.destroy()
  }

  #closed(): void {
    this.#deadline()
    this.#refill?.()
    this.#keepAlive?.stop()
    this.#shared.turnstile.forget(this.#wake)
  }
}
