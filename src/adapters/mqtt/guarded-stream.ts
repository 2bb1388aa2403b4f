import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import {
  faultOfFirst,
  faultOfLater,
  faultOfPublish,
  packetType,
  readFixedHeader,
  type FixedHeader,
  type FrameFault,
} from './frames.ts'

export interface GuardRules {
  /** Most bytes after the fixed header: of CONNECT, and of every later packet. */
  readonly connectBytes: number
  readonly frameBytes: number
  /** May this packet go on now? False: `wake` is called when it is worth asking again. */
  readonly admit: (type: number) => boolean
  /** A whole CONNECT has come; nothing more passes until `open`. */
  readonly greeted: () => void
  /** The sender broke the rules; the stream is destroyed right after. */
  readonly refused: (fault: FrameFault, sample?: Uint8Array) => void
}

const sampleBytes = 200

/**
 * Stands between a socket and the broker. The broker only ever sees whole packets of bearable
 * size, first one CONNECT, then after `open` the rest, no faster than `admit` lets them through;
 * what has to wait stays here, and the socket is not read meanwhile. At most one packet and one
 * read of the socket (64 KiB) are held. What the broker writes goes straight out.
 */
export class GuardedStream extends Duplex {
  readonly #socket: Socket
  readonly #rules: GuardRules
  #phase: 'greeting' | 'checking' | 'open' = 'greeting'
  /** What came and has not passed, in order. */
  #held: Buffer[] = []
  #heldBytes = 0
  /** Looking again is useless before this many bytes are held. */
  #needed = 1
  #ended = false

  constructor(socket: Socket, rules: GuardRules) {
    super({ allowHalfOpen: false, readableHighWaterMark: 65_536 })
    this.#socket = socket
    this.#rules = rules
    socket.on('data', (chunk: Buffer) => this.#hear(chunk))
    socket.on('end', () => {
      this.#ended = true
      this.push(null)
    })
    socket.on('error', () => this.destroy())
    socket.on('close', () => this.destroy())
  }

  /** The sender proved who it is. */
  open(): void {
    this.#phase = 'open'
    this.wake()
  }

  /** Asks `admit` again for what is held. */
  wake(): void {
    if (!this.destroyed && !this.#ended) this.#passOn()
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
    this.#held = []
    this.#heldBytes = 0
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
    const bytes = this.#held.length === 1 ? this.#held[0] : Buffer.concat(this.#held)
    if (bytes === undefined) return
    let end = 0
    let next = this.#next(bytes, end)
    while (next.kind === 'pass') {
      end = next.end
      next = this.#next(bytes, end)
    }
    this.#held = end === bytes.length ? [] : [bytes.subarray(end)]
    this.#heldBytes = bytes.length - end
    this.#needed = next.kind === 'more' ? next.needed : 1
    const roomy = end === 0 || this.push(bytes.subarray(0, end))
    if (next.kind === 'refuse') {
      this.#rules.refused(next.fault, this.#sample(bytes, end))
      this.destroy()
    } else if (next.kind === 'more' && roomy) this.#socket.resume()
    else this.#socket.pause()
  }

  /** A copy; nothing of a first packet, because a CONNECT holds a secret. */
  #sample(bytes: Buffer, start: number): Uint8Array | undefined {
    if (this.#phase !== 'open') return undefined
    return new Uint8Array(bytes.subarray(start, start + sampleBytes))
  }

  #next(bytes: Buffer, start: number): Next {
    if (start === bytes.length) return { kind: 'more', needed: 1 }
    const header = readFixedHeader(bytes, start)
    if (header === 'incomplete') return { kind: 'more', needed: bytes.length - start + 1 }
    const fault = header === 'malformed' ? malformed : this.#fault(header)
    if (fault !== undefined) return { kind: 'refuse', fault }
    if (header === 'malformed') return { kind: 'refuse', fault: malformed }
    if (this.#phase === 'checking') return { kind: 'wait' }
    const end = start + header.bytes + header.length
    if (end > bytes.length) return { kind: 'more', needed: end - start }
    return this.#judge(bytes, start, { header, end })
  }

  /** Decides on a packet that is here as a whole. */
  #judge(
    bytes: Buffer,
    start: number,
    { header, end }: { readonly header: FixedHeader; readonly end: number },
  ): Next {
    if (this.#phase === 'greeting') {
      this.#phase = 'checking'
      this.#rules.greeted()
      return { kind: 'pass', end }
    }
    if (header.type === packetType.publish) {
      const fault = faultOfPublish(bytes, start, header)
      if (fault !== undefined) return { kind: 'refuse', fault }
    }
    return this.#rules.admit(header.type) ? { kind: 'pass', end } : { kind: 'wait' }
  }

  #fault(header: FixedHeader): FrameFault | undefined {
    return this.#phase === 'greeting'
      ? faultOfFirst(header, this.#rules.connectBytes)
      : faultOfLater(header, this.#rules.frameBytes)
  }
}

type Next =
  | { readonly kind: 'pass'; readonly end: number }
  | { readonly kind: 'more'; readonly needed: number }
  | { readonly kind: 'wait' }
  | { readonly kind: 'refuse'; readonly fault: FrameFault }

const malformed: FrameFault = {
  reason: 'protocol',
  detail: 'a packet length of more than four bytes',
}
