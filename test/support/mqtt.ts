import { connect as connectSocket, type Socket } from 'node:net'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import pino from 'pino'
import type { DeviceLogin, Refusal } from '../../src/adapters/adapter.ts'
import { createMqttAdapter, type MqttAdapter } from '../../src/adapters/mqtt/adapter.ts'
import { mqttConfig } from '../../src/adapters/mqtt/config.ts'
import type { CertifiedLogin } from '../../src/adapters/mqtt/session.ts'
import { systemClock } from '../../src/clock.ts'
import type { Clock } from '../../src/domain/clock.ts'
import { organisationId } from '../../src/domain/ids.ts'
import type { Envelope } from '../../src/domain/log-record.ts'
import { connectPacket } from './packets.ts'
import { taking } from './taking.ts'
import { until } from './until.ts'

export { connectPacket, packet, publishPacket, textField, topicOf } from './packets.ts'

const strandkoping = organisationId.parse('strandkoping')

/** A broker under test, with what it stored and refused. */
export interface Field extends AsyncDisposable {
  readonly adapter: MqttAdapter
  readonly port: number
  readonly stored: Envelope[]
  readonly refusals: Refusal[]
}

export interface FieldOptions {
  readonly append?: (envelope: Envelope) => Promise<unknown>
  readonly login?: (username: string, secret: string) => Promise<DeviceLogin | undefined>
  readonly limits?: Record<string, unknown>
  readonly clock?: Clock
  readonly port?: number
  readonly tls?: Record<string, unknown>
  readonly certified?: CertifiedLogin
}

/** Starts the real broker on a free port. Every user name with the secret `right` is a device. */
export async function startField(options: FieldOptions = {}): Promise<Field> {
  const stored: Envelope[] = []
  const refusals: Refusal[] = []
  const adapter = createMqttAdapter(
    mqttConfig.parse({
      port: options.port ?? 0,
      limits: options.limits ?? {},
      ...(options.tls && { tls: options.tls }),
    }),
    options.certified,
  )
  await adapter.start({
    ...taking(async (envelope) => {
      await options.append?.(envelope)
      stored.push(envelope)
    }),
    login: options.login ?? login,
    unknown: ({ identity }) => {
      throw new Error(`nobody should be a stranger here: ${identity}`)
    },
    secret: () => undefined,
    refuse: (refusal) => refusals.push(refusal),
    log: pino({ level: 'silent' }),
    clock: options.clock ?? systemClock,
  })
  const { port } = adapter.address()
  return {
    adapter,
    port,
    stored,
    refusals,
    [Symbol.asyncDispose]: () => adapter[Symbol.asyncDispose](),
  }
}

/** `gateway-…` and `bridge-…` may speak for any device, everybody else for itself. */
export async function login(
  username: string,
  secret: string,
): Promise<DeviceLogin | undefined> {
  if (secret !== 'right') return undefined
  const [kind] = username.split('-')
  const as = kind === 'gateway' || kind === 'bridge' ? kind : 'device'
  const level = as === 'device' ? username : '+'
  const publish = [`v1/strandkoping/${level}/up`, `v1/strandkoping/${username}/status`]
  return { organisation: strandkoping, device: username, class: as, publish }
}

/** Connects as a well-behaved device library does; rejects when it is refused. */
export async function connectDevice(
  port: number,
  username = 'lamp-17',
  options: IClientOptions = {},
): Promise<MqttClient> {
  const client = await mqtt.connectAsync(
    `mqtt://127.0.0.1:${port}`,
    {
      username,
      password: 'right',
      reconnectPeriod: 0,
      protocolVersion: 4,
      ...options,
    },
    false,
  )
  client.on('error', () => undefined)
  return client
}

/** Resolves when the client's connection is gone. */
export async function closed(client: MqttClient): Promise<void> {
  if (!client.connected) return
  const { promise, resolve } = Promise.withResolvers<void>()
  client.once('close', resolve)
  await promise
}

export interface ControlPacket {
  readonly type: number
  readonly body: readonly number[]
}

/** A device that sends exactly the bytes it is told to. */
export class RawDevice implements Disposable {
  readonly socket: Socket
  readonly closed: Promise<void>
  #received = Buffer.alloc(0)

  private constructor(socket: Socket) {
    this.socket = socket
    const { promise, resolve } = Promise.withResolvers<void>()
    this.closed = promise
    socket.on('error', () => undefined)
    socket.on('close', () => resolve())
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, Buffer.from(chunk)])
    })
  }

  static async open(port: number): Promise<RawDevice> {
    const socket = connectSocket({ port, host: '127.0.0.1', noDelay: true })
    const device = new RawDevice(socket)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    socket.once('connect', resolve)
    socket.once('error', reject)
    await promise
    return device
  }

  /** Opens and logs in. */
  static async loggedIn(port: number, username = 'lamp-17'): Promise<RawDevice> {
    const device = await RawDevice.open(port)
    device.send(connectPacket({ username }))
    await device.until((packets) => packets.some(({ type }) => type === 2))
    return device
  }

  send(...parts: readonly (Uint8Array | readonly number[])[]): void {
    this.socket.write(Buffer.concat(parts.map((part) => Buffer.from(part))))
  }

  /** Whole packets that came, all of them short. */
  get packets(): readonly ControlPacket[] {
    const packets: ControlPacket[] = []
    for (let at = 0; at + 2 <= this.#received.length;) {
      const end = at + 2 + (this.#received[at + 1] ?? 0)
      const type = (this.#received[at] ?? 0) >> 4
      packets.push({ type, body: [...this.#received.subarray(at + 2, end)] })
      at = end
    }
    return packets
  }

  /** Packet identifiers acknowledged so far, in order. */
  get acknowledged(): readonly number[] {
    return this.packets.filter(({ type }) => type === 4).map(({ body }) => number16(body))
  }

  async until(condition: (packets: readonly ControlPacket[]) => boolean): Promise<void> {
    await until(() => condition(this.packets))
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }
}

function number16(body: readonly number[]): number {
  return ((body[0] ?? 0) << 8) | (body[1] ?? 0)
}
