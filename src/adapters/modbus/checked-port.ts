import { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import {
  frameRtu,
  frameTcp,
  isReading,
  readRtu,
  readTcp,
  type Ask,
  type Framed,
} from './frames.ts'

export interface CheckedPortParts {
  /** Open already. */
  readonly stream: Duplex
  readonly framing: 'tcp' | 'rtu'
  /** Number of the first transaction, 0 to 65,535. */
  readonly firstTransaction: number
}

interface Asked {
  readonly ask: Ask
  readonly transaction: number
}

/**
 * The port that the library speaks through: it turns the library's serial frames into those of the
 * connection, and lets an answer through only when every byte of it is right. Anything else, also a
 * byte that nobody asked for, is one event `odd`, after which the connection must not be used.
 *
 * Events: `data` (a checked frame), `odd` (why), `close`.
 */
export class CheckedPort extends EventEmitter {
  readonly #stream: Duplex
  readonly #framing: 'tcp' | 'rtu'
  #transaction: number
  #asked: Asked | undefined
  #came: Buffer = Buffer.alloc(0)
  #spoilt = false
  isOpen = true
  /** What comes is let fall: it answers a question of an earlier connection. */
  deaf = false

  constructor({ stream, framing, firstTransaction }: CheckedPortParts) {
    super()
    this.#stream = stream
    this.#framing = framing
    this.#transaction = firstTransaction
    stream.on('data', (chunk: Buffer) => this.#take(chunk))
    stream.on('error', () => this.#closed())
    stream.on('close', () => this.#closed())
    stream.on('end', () => this.#closed())
  }

  /** The stream is open already. */
  open(done: (error?: Error) => void): void {
    done(this.isOpen ? undefined : new Error('the connection is closed'))
  }

  close(done?: () => void): void {
    this.destroy(done)
  }

  /** Ends the connection without a farewell. */
  destroy(done?: () => void): void {
    this.isOpen = false
    this.#stream.destroy()
    done?.()
  }

  /** The library's question: unit, function code, address, count, checksum. */
  write(frame: Buffer): void {
    const functionCode = frame[1]
    if (!isReading(functionCode))
      throw new Error(`function code ${functionCode} is not reading`)
    this.#transaction = (this.#transaction + 1) % 65_536
    const ask = {
      unit: frame.readUInt8(0),
      functionCode,
      address: frame.readUInt16BE(2),
      count: frame.readUInt16BE(4),
    }
    this.#asked = { ask, transaction: this.#transaction }
    this.#stream.write(
      this.#framing === 'rtu' ? frame : frameTcp(frame.subarray(0, -2), this.#transaction),
    )
  }

  #take(chunk: Buffer): void {
    if (this.#spoilt || this.deaf) return
    const asked = this.#asked
    if (asked === undefined) return this.#spoil('it spoke without being asked')
    this.#came = this.#came.length === 0 ? chunk : Buffer.concat([this.#came, chunk])
    const framed = this.#read(asked)
    if (framed.kind === 'odd') this.#spoil(framed.why)
    if (framed.kind !== 'answer') return
    this.#asked = undefined
    this.#came = Buffer.alloc(0)
    this.emit('data', frameRtu(framed.adu))
  }

  #read({ ask, transaction }: Asked): Framed {
    return this.#framing === 'rtu'
      ? readRtu(this.#came, ask)
      : readTcp(this.#came, ask, transaction)
  }

  #spoil(why: string): void {
    this.#spoilt = true
    this.#came = Buffer.alloc(0)
    this.emit('odd', why)
  }

  #closed(): void {
    if (this.#spoilt) return
    this.#spoilt = true
    this.isOpen = false
    this.emit('close')
  }
}
