import type { Envelope } from '../../domain/log-record.ts'
import type { TimeUs } from '../../domain/time.ts'
import type { DeviceLogin } from '../adapter.ts'
import { AckQueue, answerTo, type Answer } from './ack-queue.ts'
import type { PublishFrame } from './frames.ts'
import type { Intake } from './intake.ts'
import { TopicCache } from './topic-cache.ts'

export interface InboxParts {
  readonly intake: Intake
  readonly login: DeviceLogin
  /** Name of the connection in envelopes. */
  readonly connection: string
  /** Most packets that may wait for their answer. */
  readonly pending: number
  /** Most QoS 2 messages that the device has not released. */
  readonly unreleased: number
  /** Messages that were taken are through: stored, known already, or refused. */
  readonly left: (messages: number, bytes: number) => void
  readonly refuse: (reason: string, detail: string, sample?: Uint8Array) => void
  readonly answer: (bytes: Uint8Array) => void
  /** There is room again. */
  readonly wake: () => void
  /** Everything that may be answered is, and the connection is of no more use. */
  readonly end: () => void
}

const sampleBytes = 200

/** The messages of one connection, from the packet to its acknowledgement. */
export class Inbox {
  readonly #parts: InboxParts
  readonly #topics: TopicCache
  readonly #acks = new AckQueue()
  /** QoS 2 messages that came and were not released: a repeat is answered, and not stored again. */
  readonly #unreleased = new Set<number>()
  /** What came since `send`: stored together, answered together. */
  #bundle = emptyBundle()
  #answering = false
  #ended = false

  constructor(parts: InboxParts) {
    this.#parts = parts
    this.#topics = new TopicCache(parts.login)
  }

  /** Nothing may be taken now; `wake` follows unless the connection ends. */
  get full(): boolean {
    const { waiting } = this.#acks
    return this.#ended || waiting + this.#bundle.packets >= this.#parts.pending
  }

  /** Takes a message. */
  add(bytes: Buffer, frame: PublishFrame, ingest: TimeUs): void {
    const { qos, id } = frame
    const spoken = this.#topics.find(bytes, frame.topicStart, frame.topicEnd)
    if (spoken === undefined) return this.#refuseTopic(bytes, frame)
    // [MQTT-4.3.3-2]
    const known = qos === 2 && this.#unreleased.has(id)
    if (qos === 2 && !known && this.#unreleased.size >= this.#parts.unreleased) {
      return this.#refuseMore(frame)
    }
    this.#bundle.packets += 1
    if (qos === 1) this.#bundle.answers.push({ packet: answerTo.puback, id })
    if (qos === 2) this.#bundle.answers.push({ packet: answerTo.pubrec, id })
    if (known) return this.#parts.left(1, sizeOf(frame))
    if (qos === 2) this.#unreleased.add(id)
    const { login, connection } = this.#parts
    this.#bundle.bytes += sizeOf(frame)
    const envelope: Envelope = {
      kind: 'envelope',
      organisation: login.organisation,
      connection,
      device: spoken.device,
      topic: spoken.topic,
      payload: bytes.subarray(frame.payloadStart, frame.end),
      ingest,
      // A device that asks for retention speaks now. Only a bridge passes on what was kept.
      retained: frame.retain && login.class === 'bridge',
    }
    this.#bundle.envelopes.push(frame.dup ? { ...envelope, repeated: true } : envelope)
  }

  /** Takes a PUBREL. Whatever it names is done, known or not. */
  release(id: number): void {
    this.#unreleased.delete(id)
    this.#bundle.packets += 1
    this.#bundle.answers.push({ packet: answerTo.pubcomp, id })
  }

  /** Hands on what was taken. */
  send(): void {
    if (this.#bundle.packets === 0) return
    const { envelopes, answers, packets, bytes } = this.#bundle
    this.#bundle = emptyBundle()
    const settle = this.#acks.add(answers, packets)
    if (envelopes.length === 0) {
      settle('stored')
      this.#answerSoon()
      return
    }
    this.#parts.intake.store(envelopes, (outcome) => {
      settle(outcome)
      this.#parts.left(envelopes.length, bytes)
      this.#answerSoon()
    })
  }

  /** Sends every answer that may be sent. */
  answer(): void {
    const bytes = this.#acks.take()
    if (bytes.length > 0) this.#parts.answer(bytes)
  }

  /** Takes nothing more, and ends the connection once everything taken is answered. */
  endAfterAnswers(): void {
    this.send()
    this.#ended = true
    this.#acks.add([], 0)(new Error('refused'))
    this.#answerSoon()
  }

  /** Once for all messages of a group commit, which are through one after the other. */
  #answerSoon(): void {
    if (this.#answering) return
    this.#answering = true
    process.nextTick(() => {
      this.#answering = false
      this.answer()
      if (this.#acks.failed) this.#parts.end()
      else this.#parts.wake()
    })
  }

  #refuseTopic(bytes: Buffer, frame: PublishFrame): void {
    const { login, refuse } = this.#parts
    const topic = bytes.toString('utf8', frame.topicStart, frame.topicEnd)
    const detail = `topic ${JSON.stringify(topic.slice(0, 200))} is not one of this login's: ${login.publish.join(', ')}`
    const start = frame.payloadStart
    const end = Math.min(frame.end, start + sampleBytes)
    refuse('topic_not_allowed', detail, new Uint8Array(bytes.subarray(start, end)))
    this.#giveUp(frame)
  }

  #refuseMore(frame: PublishFrame): void {
    const detail = `${this.#parts.unreleased} messages with QoS 2 wait for their PUBREL; use QoS 1, or complete them`
    this.#parts.refuse('qos2_unfinished', detail)
    this.#giveUp(frame)
  }

  #giveUp(frame: PublishFrame): void {
    this.#parts.left(1, sizeOf(frame))
    this.endAfterAnswers()
  }
}

interface Bundle {
  readonly envelopes: Envelope[]
  readonly answers: Answer[]
  packets: number
  bytes: number
}

function emptyBundle(): Bundle {
  return { envelopes: [], answers: [], packets: 0, bytes: 0 }
}

/** Bytes of a message's payload. */
export function sizeOf({ payloadStart, end }: PublishFrame): number {
  return end - payloadStart
}
