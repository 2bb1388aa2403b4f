import type { Duplex } from 'node:stream'
import { MqttClient, type IClientOptions, type IPublishPacket, type Packet } from 'mqtt'
import type { Clock } from '../../domain/clock.ts'
import { AckWindow, type Place } from './ack-window.ts'
import type { ExternalLimits } from './config.ts'
import {
  disconnectedBy,
  lostTo,
  refusedBy,
  stopped,
  type Ending,
  type Introduced,
} from './ending.ts'
import type { Arrived, Intake } from './intake.ts'

/** Tells the library to send no PUBACK; it reads the next packet all the same. */
const deferred = new Error('acknowledged when it is stored')

/** Filters in one SUBSCRIBE or UNSUBSCRIBE packet. */
const batch = 100

export interface LinkParts {
  readonly options: IClientOptions
  /** Opens the socket. */
  readonly dial: () => Duplex
  readonly introduced: Introduced
  readonly intake: Intake
  readonly limits: ExternalLimits
  readonly clock: Clock
}

/** A subscription that the broker did not grant as asked. */
export interface Ungranted {
  readonly subscription: string
  /** What SUBACK said: 0 means QoS 0, from 128 a failure. */
  readonly code: number
}

/**
 * One connection to the broker, from dialling to its end; a new connection is a new link. So packet
 * identifiers, acknowledgements and half-done requests of one connection can never reach another.
 *
 * It leans on three habits of mqtt.js 5.16.0 that its documentation does not promise: an error from
 * `handleMessage` sends no PUBACK and is otherwise ignored, packets are handled one after the other,
 * and `_sendPacket` writes a packet at once. test/adapters/mqtt-external/library.test.ts holds it
 * to them, so the version is pinned.
 */
export class Link {
  /** Resolves with whether the broker knew our session; undefined when it ended before. */
  readonly opened: Promise<boolean | undefined>
  /** Resolves when it is over, whatever the reason. */
  readonly ended: Promise<Ending>
  readonly #parts: LinkParts
  readonly #client: MqttClient
  readonly #window: AckWindow
  readonly #version: 4 | 5
  /** Why it will have ended, as far as that is known before the socket closes. */
  #why: Ending | undefined
  /** Takes no more messages; the broker keeps what it has not been acknowledged. */
  #deaf = false
  #overflowed = false

  constructor(parts: LinkParts) {
    this.#parts = parts
    const { options, dial, limits } = parts
    this.#version = options.protocolVersion === 5 ? 5 : 4
    this.#client = new MqttClient(dial, {
      ...options,
      manualConnect: true,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      timerVariant: 'native',
      // It traces several lines for every packet, also when nobody listens.
      log: () => undefined,
    })
    this.#window = new AckWindow({
      // Our wish is the receive maximum. MQTT 3.1.1 has none, and Mosquitto 2.0.11 sends again all
      // that it had in flight for a former connection with a larger one. Identifiers end there.
      messages: 65_535,
      bytes: limits.pendingBytes,
      acknowledge: (messageId) => this.#acknowledge(messageId),
    })
    const opened = Promise.withResolvers<boolean | undefined>()
    const ended = Promise.withResolvers<Ending>()
    this.opened = opened.promise
    this.ended = ended.promise
    // Before connecting: messages of a kept session come right behind CONNACK.
    this.#client.handleMessage = (packet, done) => this.#handle(packet, done)
    this.#client.on('connect', ({ sessionPresent }) => opened.resolve(sessionPresent))
    this.#client.on('packetreceive', (packet) => this.#greeted(packet))
    // After any of these nothing sensible comes any more, also where the library would wait on.
    this.#client.on('error', (error) => this.drop(lostTo(parts.introduced, error)))
    this.#client.on('disconnect', ({ reasonCode }) => {
      this.drop(disconnectedBy(parts.introduced, reasonCode ?? 0))
    })
    this.#client.once('close', () => {
      this.#deaf = true
      this.#window.forget()
      opened.resolve(undefined)
      ended.resolve(this.#why ?? lostTo(parts.introduced, undefined))
    })
    this.#client.connect()
  }

  /** Asks for every subscription with QoS 1; resolves with those that were not granted so. */
  async subscribe(subscriptions: readonly string[]): Promise<readonly Ungranted[]> {
    const ungranted: Ungranted[] = []
    for (const chunk of chunks(subscriptions)) {
      const granted = await this.#answer<readonly number[]>('SUBSCRIBE', (done) => {
        // Retained messages come once, not at every connection (MQTT 5: retain handling).
        const options =
          this.#version === 5 ? ({ qos: 1, rh: 1 } as const) : ({ qos: 1 } as const)
        this.#client.subscribe([...chunk], options, (error, _granted, packet) => {
          if (packet === undefined) done(error ?? new Error('no SUBACK'), [])
          else done(null, packet.granted.map(Number))
        })
      })
      for (const [index, subscription] of chunk.entries()) {
        const code = granted[index] ?? 128
        if (code !== 1) ungranted.push({ subscription, code })
      }
    }
    return ungranted
  }

  async unsubscribe(subscriptions: readonly string[]): Promise<void> {
    for (const chunk of chunks(subscriptions)) {
      await this.#answer<undefined>('UNSUBSCRIBE', (done) => {
        this.#client.unsubscribe([...chunk], (error) => done(error ?? null, undefined))
      })
    }
  }

  /** Takes no more messages; acknowledges those that are stored meanwhile. */
  hush(): void {
    this.#deaf = true
  }

  /** Says DISCONNECT, which leaves the session and all that waits in it with the broker. */
  leave(): void {
    this.#deaf = true
    this.#why ??= stopped
    if (this.#client.connected) this.#client.end()
    else this.drop(stopped)
  }

  /** Ends the connection without DISCONNECT: the broker will send everything unacknowledged again. */
  drop(why: Ending): void {
    this.#why ??= why
    this.#deaf = true
    this.#window.forget()
    this.#client.stream.destroy()
  }

  /** A refusal stands in CONNACK, in another field for each version. */
  #greeted(packet: Packet): void {
    if (packet.cmd !== 'connack') return
    const code = packet.reasonCode ?? packet.returnCode ?? 0
    if (code !== 0) this.#why ??= refusedBy(this.#parts.introduced, code)
  }

  #handle(packet: IPublishPacket, done: (error?: Error) => void): void {
    // Anything but QoS 1 is not what we asked for, and nobody waits for an answer from the log.
    if (packet.qos !== 1) {
      if (!this.#deaf) this.#parts.intake.storeUnpromised(arrived(packet))
      done()
      return
    }
    if (!this.#deaf) this.#take(packet)
    done(deferred)
  }

  #take(packet: IPublishPacket): void {
    const { intake, introduced } = this.#parts
    const message = arrived(packet)
    const envelope = intake.accept(message)
    const place = this.#window.take(packet.messageId ?? 0, envelope?.payload.length ?? 0)
    if (place === undefined) {
      // What is taken is stored and acknowledged first, so every connection brings us further.
      this.#overflowed = true
      this.#deaf = true
      this.#why ??= {
        kind: 'overflowed',
        pace: 'soon',
        text: `${introduced.endpoint} sends more at once than the window holds: lower its limit of messages in flight (Mosquitto: max_inflight_messages)`,
      }
    } else if (envelope === undefined) {
      this.#settle(place)
    } else {
      void intake.store(envelope, (outcome) => {
        if (outcome === 'stored') this.#settle(place)
        else this.drop(logRefused(outcome))
      })
    }
  }

  #settle(place: Place): void {
    this.#window.settle(place)
    // Not by force, which would throw away the acknowledgements on their way.
    if (this.#overflowed && this.#window.size === 0) this.leave()
  }

  #acknowledge(messageId: number): void {
    if (!this.#client.connected) return
    this.#client['_sendPacket']({
      cmd: 'puback',
      messageId,
      reasonCode: 0,
    } satisfies Packet)
  }

  /** Waits for the answer to a request, within bounds: a broker that owes it is as good as gone. */
  async #answer<T>(
    what: string,
    ask: (done: (error: Error | null, answer: T) => void) => void,
  ): Promise<T> {
    const { clock, limits, introduced } = this.#parts
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const cancel = clock.after(limits.answerWithin, () => {
      const text = `${introduced.endpoint} did not answer ${what} in time`
      this.drop({ kind: 'lost', pace: 'soon', text })
      reject(new Error(text))
    })
    ask((error, answer) => (error === null ? resolve(answer) : reject(error)))
    try {
      return await promise
    } finally {
      cancel()
    }
  }
}

function arrived({ topic, payload, retain, dup }: IPublishPacket): Arrived {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
  return { topic, payload: bytes, retain, dup }
}

function logRefused({ message }: Error): Ending {
  return {
    kind: 'log_refused',
    pace: 'soon',
    text: `the reading log did not take a message (${message}); the broker sends it again`,
  }
}

function* chunks(all: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < all.length; at += batch) yield all.slice(at, at + batch)
}
