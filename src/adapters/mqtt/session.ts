import type { Socket } from 'node:net'
import type { CancelTimer } from '../../domain/clock.ts'
import type { AdapterContext, DeviceLogin, Refusal } from '../adapter.ts'
import { AckQueue, type Acknowledge } from './ack-queue.ts'
import type { MqttConfig } from './config.ts'
import { packetType } from './frames.ts'
import { GuardedStream } from './guarded-stream.ts'
import type { Intake } from './intake.ts'
import { TokenBucket } from './token-bucket.ts'
import { speakerOf } from '../topics.ts'
import type { Turnstile } from './turnstile.ts'

/** What every connection of one adapter shares. */
export interface Shared {
  readonly config: MqttConfig
  readonly context: AdapterContext
  readonly intake: Intake
  readonly turnstile: Turnstile
}

/** A message as the broker hands it over. */
export interface Published {
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
}

/** One connection from its open socket to its last acknowledgement. */
export class Session {
  readonly address: string
  readonly stream: GuardedStream
  readonly #shared: Shared
  readonly #events: SessionEvents
  readonly #bucket: TokenBucket
  readonly #acks = new AckQueue()
  readonly #wake = (): void => this.stream.wake()
  #identity: Identity | undefined
  /** PUBLISH packets let through that the broker has not handed over yet. */
  #passed = 0
  /** Messages that wait for the reading log. */
  #storing = 0
  #waking = false
  #deadline: CancelTimer
  #refill: CancelTimer | undefined

  constructor(
    socket: Socket,
    address: string,
    { shared, events }: { readonly shared: Shared; readonly events: SessionEvents },
  ) {
    const { limits } = shared.config
    const { clock } = shared.context
    this.address = address
    this.#shared = shared
    this.#events = events
    const rate = { perSecond: limits.packetsPerSecond, burst: limits.burst }
    this.#bucket = new TokenBucket(rate, clock.now())
    this.#deadline = clock.after(limits.connectWithin, () => this.#tooSlow('CONNECT'))
    this.stream = new GuardedStream(socket, {
      connectBytes: limits.connectBytes,
      frameBytes: limits.frameBytes,
      admit: (type) => this.#admit(type),
      greeted: () => {
        this.#deadline()
        this.#deadline = clock.after(limits.loginWithin, () => this.#tooSlow('login'))
      },
      refused: ({ reason, detail }, sample) => {
        this.refuse(reason, detail, sample)
        if (this.#identity === undefined) this.#events.brokeRules()
      },
    })
    this.stream.once('close', () => this.#closed())
  }

  /** The credential was checked; messages pass from `open` on. */
  identify(username: string, login: DeviceLogin): void {
    this.#identity = { username, login }
  }

  /** The broker has answered CONNECT. */
  open(): void {
    this.#deadline()
    this.stream.open()
  }

  /** A message of this connection: stored first, acknowledged after, in order. */
  publish(message: Published, acknowledge: Acknowledge): void {
    this.#passed -= 1
    this.#storing += 1
    const settle = this.#acks.add(acknowledge)
    this.#store(message, (outcome) => {
      this.#storing -= 1
      settle(outcome)
      this.#shared.turnstile.leave()
      this.#wakeSoon()
    })
  }

  /** The last will of this connection, which comes when it is gone already. */
  publishWill(message: Published, acknowledge: Acknowledge): void {
    this.#store(message, (outcome) => acknowledge(outcome === 'stored' ? null : outcome))
  }

  /** Resolves when every answer written so far has left, or the connection is gone. */
  async flushed(): Promise<void> {
    if (this.stream.destroyed) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.stream.write(Buffer.alloc(0), () => resolve())
    await promise
  }

  refuse(reason: string, detail: string, sample?: Uint8Array): void {
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

  #store(message: Published, settled: (outcome: 'stored' | Error) => void): void {
    const { config, context, intake } = this.#shared
    const { topic, payload } = message
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
    const login = this.#identity?.login
    const device = login && speakerOf(login, topic)
    if (login === undefined || device === undefined) {
      const detail = `topic ${JSON.stringify(topic.slice(0, 200))} is not one of this login's: ${login?.publish.join(', ') ?? ''}`
      this.refuse('topic_not_allowed', detail, new Uint8Array(bytes.subarray(0, 200)))
      settled(new Error('topic not allowed'))
      return
    }
    const envelope = {
      kind: 'envelope',
      organisation: login.organisation,
      connection: config.connection,
      device,
      topic,
      payload: bytes,
      ingest: context.clock.now(),
      // A device that asks for retention speaks now. Only a bridge passes on what was kept.
      retained: message.retain && login.class === 'bridge',
    } as const
    void intake.store(envelope, settled)
  }

  #admit(type: number): boolean {
    const { context, config, turnstile } = this.#shared
    const publish = type === packetType.publish
    if (publish && this.#passed + this.#storing >= config.limits.pendingPerConnection) {
      // The next acknowledgement wakes us.
      return false
    }
    if (!this.#bucket.take(context.clock.now())) {
      this.#wakeWhenRefilled()
      return false
    }
    if (!publish) return true
    if (!turnstile.enter(this.#wake)) {
      this.#bucket.giveBack()
      return false
    }
    this.#passed += 1
    return true
  }

  #wakeWhenRefilled(): void {
    const { clock } = this.#shared.context
    this.#refill ??= clock.after(this.#bucket.untilWorthwhile(clock.now()), () => {
      this.#refill = undefined
      this.#wake()
    })
  }

  /** Once for all messages of a group commit: the broker reads no more before it has answered what it has. */
  #wakeSoon(): void {
    if (this.#waking) return
    this.#waking = true
    process.nextTick(() => {
      this.#waking = false
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
    const { turnstile } = this.#shared
    turnstile.forget(this.#wake)
    // What the broker has not taken over by now is gone with the connection.
    for (; this.#passed > 0; this.#passed -= 1) turnstile.leave()
  }
}
