/**
 * A street of lamps in a process of its own, a connection each. Reads orders as lines of JSON from
 * standard input: first where the broker is and who they are, then which say what, also several at
 * once. Answers each with a line, its number, when the broker has acknowledged everything.
 */

import { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { connectPacket, publishPacket, type Credential } from './packets.ts'

export interface Street {
  readonly port: number
  readonly devices: readonly Credential[]
}

/** Every one of these devices says this once, spread evenly over `overMs`. */
export interface Saying {
  readonly order: number
  /** Indexes of devices, from (inclusive) to (exclusive). */
  readonly from: number
  readonly to: number
  /** JSON object that the time is added to. */
  readonly message: Readonly<Record<string, unknown>>
  readonly overMs: number
}

class Lamp {
  readonly #socket = new Socket()
  readonly #credential: Credential
  #id = 0
  #acknowledged: (() => void) | undefined

  constructor(credential: Credential) {
    this.#credential = credential
  }

  async logIn(port: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#socket.on('error', reject)
    this.#socket.on('close', () => reject(new Error('a lamp was dropped')))
    this.#socket.once('data', (answer: Buffer) => {
      if (answer[0] === 0x20 && answer[3] === 0) resolve()
      else reject(new Error(`CONNACK ${answer.toString('hex')}`))
    })
    this.#socket.connect({ port, host: '127.0.0.1' })
    this.#socket.setNoDelay(true)
    this.#socket.write(connectPacket(this.#credential))
    await promise
    this.#socket.on('data', () => this.#acknowledged?.())
  }

  async say(message: Saying['message']): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#acknowledged = resolve
    this.#id = (this.#id % 0xffff) + 1
    const payload = JSON.stringify({ ts: Date.now() * 1_000, ...message })
    this.#socket.write(publishPacket(this.#credential.topic, payload, this.#id))
    await promise
  }
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const street = JSON.parse((await lines.next()).value ?? '') as Street
const lamps = street.devices.map((credential) => new Lamp(credential))
for (const lamp of lamps) await lamp.logIn(street.port)
process.stdout.write('0\n')
for await (const line of { [Symbol.asyncIterator]: () => lines }) {
  void carryOut(JSON.parse(line) as Saying)
}

async function carryOut({ order, from, to, message, overMs }: Saying): Promise<void> {
  const some = lamps.slice(from, to)
  const began = performance.now()
  await Promise.all(
    some.map(async (lamp, n) => {
      const due = began + (n * overMs) / some.length - performance.now()
      if (due > 0) await new Promise((resolve) => setTimeout(resolve, due))
      await lamp.say(message)
    }),
  )
  process.stdout.write(`${order}\n`)
}
