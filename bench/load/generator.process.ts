/**
 * Devices by the hundred in a process of their own. Reads one order as JSON from standard input,
 * writes what it saw as JSON to standard output.
 */

import { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { connectPacket, PublishTemplate, type Credential } from './packets.ts'

export interface Order {
  readonly port: number
  readonly devices: readonly Credential[]
  readonly seconds: number
  readonly readingsPerMessage: number
  /** So many messages of a device wait for their acknowledgement. */
  readonly window: number
  /** Messages a second of all devices; left out: as many as the window lets through. */
  readonly perSecond?: number
}

export interface Seen {
  readonly acknowledged: number
  /** From the first message to the last acknowledgement. */
  readonly seconds: number
  /** From message to acknowledgement, where a device has one under way at a time. */
  readonly latencyMs?: { readonly p50: number; readonly p99: number; readonly max: number }
}

const connack = Buffer.from([0x20, 0x02, 0x00, 0x00])
const pubackBytes = 4

class Device {
  acknowledged = 0
  readonly latencies: number[] = []
  readonly #socket = new Socket()
  readonly #template: PublishTemplate
  readonly #credential: Credential
  readonly #order: Order
  #time = Date.now() * 1_000
  #restBytes = 0
  #sentAt = 0
  #underWay = 0
  #idle: (() => void) | undefined
  #going = true

  constructor(order: Order, credential: Credential) {
    this.#order = order
    this.#credential = credential
    this.#template = new PublishTemplate(credential.topic, order.readingsPerMessage)
  }

  async logIn(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const { username } = this.#credential
    // Not before: a broker bounds how many may stand at its door without a name.
    this.#socket.connect({ port: this.#order.port, host: '127.0.0.1' })
    this.#socket.setNoDelay(true)
    this.#socket.on('error', reject)
    this.#socket.on('close', () => reject(new Error(`${username} was dropped`)))
    this.#socket.once('data', (answer: Buffer) => {
      if (answer.equals(connack)) resolve()
      else reject(new Error(`CONNACK ${answer.toString('hex')}`))
    })
    this.#socket.write(connectPacket(this.#credential))
    await promise
    this.#socket.on('data', (bytes: Buffer) => this.#heard(bytes.length))
    this.#socket.on('close', () => {
      if (this.#underWay > 0) throw new Error(`${username} was dropped`)
    })
  }

  /** Fills the window and keeps it full, or says one message every so often. */
  start(delayMs: number): void {
    const { perSecond, devices, window } = this.#order
    if (perSecond === undefined) return this.#send(window)
    const everyMs = (1_000 * devices.length) / perSecond
    const say = (): void => {
      if (!this.#going) return
      setTimeout(say, everyMs)
      if (this.#underWay === 0) this.#send(1)
    }
    setTimeout(say, delayMs)
  }

  async finish(): Promise<void> {
    this.#going = false
    if (this.#underWay > 0) await new Promise<void>((done) => (this.#idle = done))
    this.#socket.destroy()
  }

  #send(count: number): void {
    this.#underWay += count
    this.#sentAt = performance.now()
    // Now, and never the same twice: two messages of one time would be one.
    const time = Math.max(this.#time, Date.now() * 1_000)
    this.#socket.write(this.#template.packets(count, time))
    this.#time = time + count
  }

  #heard(bytes: number): void {
    const whole = this.#restBytes + bytes
    const acknowledged = Math.floor(whole / pubackBytes)
    this.#restBytes = whole % pubackBytes
    this.acknowledged += acknowledged
    this.#underWay -= acknowledged
    const paced = this.#order.perSecond !== undefined
    if (paced && acknowledged > 0) this.latencies.push(performance.now() - this.#sentAt)
    if (this.#going && !paced && acknowledged > 0) this.#send(acknowledged)
    else if (this.#underWay === 0) this.#idle?.()
  }
}

const order = JSON.parse(await text(process.stdin)) as Order
const devices = order.devices.map((credential) => new Device(order, credential))
for (const device of devices) await device.logIn()
const began = performance.now()
for (const [n, device] of devices.entries()) device.start(n % 100)
await new Promise((resolve) => setTimeout(resolve, order.seconds * 1_000))
await Promise.all(devices.map((device) => device.finish()))
const latencies = devices.flatMap((device) => device.latencies).toSorted((a, b) => a - b)
const at = (share: number): number =>
  latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0
const seen: Seen = {
  acknowledged: devices.reduce((sum, device) => sum + device.acknowledged, 0),
  seconds: (performance.now() - began) / 1_000,
  ...(latencies.length > 0 && { latencyMs: { p50: at(0.5), p99: at(0.99), max: at(1) } }),
}
process.stdout.write(JSON.stringify(seen))
