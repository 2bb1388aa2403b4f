import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import {
  faultOfFirst,
  faultOfLater,
  number16,
  packetType,
  readFixedHeader,
  readPublish,
  type FixedHeader,
  type FrameFault,
  type PublishFrame,
} from './frames.ts'

export interface GuardRules {
  /** Most bytes after the fixed header: of CONNECT, and of every later packet. */
  readonly connectBytes: number
  readonly frameBytes: number
  /** A whole CONNECT has come; nothing more passes until `open`. */
  readonly greeted: () => void
  /**
   * Takes a message. False: it has to wait, and `wake` is called when it is worth asking again.
   * The bytes stay as they are; they may be kept.
   */
  readonly publish: (bytes: Buffer, frame: PublishFrame) => boolean
  /** Takes the PUBREL of this packet identifier; false as above. */
  readonly release: (id: number) => boolean
  /** May any other packet go on to the broker now? False as above. */
  readonly admit: () => boolean
  /** Everything that could be taken now was taken; follows every run of the three above. */
  readonly paused: () => void
  /** The sender broke the rules. Nothing more is heard of it; whoever is told ends the stream. */
  readonly refused: (fault: FrameFault, sample?: Uint8Array) => void
}

const sampleBytes = 200

/**
 * Stands between a socket and the broker. Messages (PUBLISH, PUBREL) are taken out here, because
 * they are nearly all of the traffic and nobody subscribes to them. The broker sees the rest:
 * whole packets of bearable size, first one CONNECT, then after `open` what `admit` lets
 * through. What has to wait stays here, and the socket is not read meanwhile: at most one
 * packet and one read of the socket (64 KiB) are held. What the broker writes goes straight out.
 */
export class GuardedStream extends Duplex {
  readonly #socket: Socket
  readonly #rules: GuardRules
  #phase: 'greeting' | 'checking' | 'open' | 'over' = 'greeting'
  /** What came and has not passed, in order. */
  #held: Buffer[] = []
  #heldBytes = 0
  /** Looking again is useless before this many bytes are held. */
  #needed = 1
  /** Where the packet ends that was looked at last. */
  #end = 0
  #waiting = false
  #ended = false

  constructor(socket: Socket, rules: GuardRules) {
    super({ allowHalfOpen: false, readableHighWaterMark: 65_536 })
    this.#socket = socket
    this.#rules = rules
    socket.on('data', (chunk: Buffer) => this.#hear(chunk))
    socket.on('drain', () => this.wake())
    socket.on('end', () => {
      this.#ended = true
      this.push(null)
    })
    socket.on('error', () => this.destroy())
    socket.on('close', () => this.destroy())
  }

  /** The sender does not read what we answer. */
  get congested(): boolean {
    return this.#socket.writableNeedDrain
  }

  /** A packet is here that may not go on yet, so we do not hear whether there are more. */
  get waiting(): boolean {
    return this.#waiting
  }

  /** The sender proved who it is. */
  open(): void {
    if (this.#phase === 'checking') this.#phase = 'open'
    this.wake()
  }

  /** Asks again for what is held. */
  wake(): void {
    if (!this.destroyed && !this.#ended) this.#passOn()
  }

  /** Sends an answer past the broker. */
  answer(bytes: Uint8Array): void {
    if (!this.destroyed) this.#socket.write(bytes)
  }

  override _read(): void {
    this.wake()
  }

  override _write(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    this.#socket.write(chunk, done)
  }

  override _writev(
    chunks: { readonly chunk: Buffer }[],
    done: (error?: Error | null) => void,
  ): void {
    this.#socket.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done())
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#forget()
    this.#phase = 'over'
    // A refusal may still be on its way out: CONNACK with the reason is worth sending.
    if (this.#socket.writableLength > 0) this.#socket.destroySoon()
    else this.#socket.destroy()
    done(error)
  }

  #hear(chunk: Buffer): void {
    this.#held.push(chunk)
    this.#heldBytes += chunk.length
    if (this.#heldBytes >= this.#needed) this.wake()
  }

  #passOn(): void {
    if (this.#phase === 'over') return this.#forget()
    const bytes = this.#held.length === 1 ? this.#held[0] : Buffer.concat(this.#held)
    if (bytes === undefined || bytes.length === 0) return this.#listen()
    const { step, at } = this.#takeAll(bytes)
    this.#held = at === bytes.length ? [] : [bytes.subarray(at)]
    this.#heldBytes = bytes.length - at
    if (step !== 'more') this.#needed = 1
    if (step === 'more') this.#listen()
    else this.#stopListening(step === 'wait')
    this.#rules.paused()
    if (typeof step === 'object') this.#refuse(step, this.#sample(bytes, at))
  }

  /** Takes packet after packet, as far as that goes now. */
  #takeAll(bytes: Buffer): { readonly step: Step; readonly at: number } {
    let at = 0
    let step = this.#step(bytes, at)
    while (step === 'taken' || step === 'pass') {
      const roomy = step === 'taken' || this.push(bytes.subarray(at, this.#end))
      at = this.#end
      step = roomy ? this.#step(bytes, at) : 'wait'
    }
    return { step, at }
  }

  /** What becomes of the packet at `start`; `#end` or `#needed` says the rest. */
  #step(bytes: Buffer, start: number): Step {
    if (start === bytes.length || this.#phase === 'over') return this.#more(1)
    const header = readFixedHeader(bytes, start)
    if (header === 'incomplete') return this.#more(bytes.length - start + 1)
    if (header === 'malformed') return malformed
    const fault = this.#fault(header)
    if (fault !== undefined) return fault
    if (this.#phase === 'checking') return 'wait'
    this.#end = start + header.bytes + header.length
    if (this.#end > bytes.length) return this.#more(this.#end - start)
    return this.#judge(bytes, start, header)
  }

  /** Decides on a packet that is here as a whole. */
  #judge(bytes: Buffer, start: number, header: FixedHeader): Step {
    if (this.#phase === 'greeting') {
      this.#phase = 'checking'
      this.#rules.greeted()
      return 'pass'
    }
    switch (header.type) {
      case packetType.publish: {
        const frame = readPublish(bytes, start, header)
        if ('reason' in frame) return frame
        return this.#rules.publish(bytes, frame) ? 'taken' : 'wait'
      }
      case packetType.pubrel:
        return this.#rules.release(number16(bytes, start + header.bytes)) ? 'taken' : 'wait'
      case packetType.disconnect:
        // [MQTT-3.14.4-2]: nothing may follow it.
        if (!this.#rules.admit()) return 'wait'
        this.#phase = 'over'
        return 'pass'
      default:
        return this.#rules.admit() ? 'pass' : 'wait'
    }
  }

  #fault(header: FixedHeader): FrameFault | undefined {
    return this.#phase === 'greeting'
      ? faultOfFirst(header, this.#rules.connectBytes)
      : faultOfLater(header, this.#rules.frameBytes)
  }

  #more(needed: number): 'more' {
    this.#needed = needed
    return 'more'
  }

  #listen(): void {
    this.#waiting = false
    this.#socket.resume()
  }

  #stopListening(waiting: boolean): void {
    this.#waiting = waiting
    this.#socket.pause()
  }

  #refuse(fault: FrameFault, sample: Uint8Array | undefined): void {
    this.#phase = 'over'
    this.#forget()
    this.#rules.refused(fault, sample)
  }

  /** A copy; nothing of a first packet, because a CONNECT holds a secret. */
  #sample(bytes: Buffer, start: number): Uint8Array | undefined {
    if (this.#phase !== 'open') return undefined
    return new Uint8Array(bytes.subarray(start, start + sampleBytes))
  }

  #forget(): void {
    this.#held = []
    this.#heldBytes = 0
  }
}

/** Taken out, handed to the broker, has to wait, needs more bytes, or is refused. */
type Step = 'taken' | 'pass' | 'wait' | 'more' | FrameFault

const malformed: FrameFault = {
  reason: 'protocol',
  detail: 'a packet length of more than four bytes',
}
