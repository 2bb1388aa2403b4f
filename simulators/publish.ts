import { connectAsync, type MqttClient } from 'mqtt'
import type { CancelTimer, Clock } from '../src/domain/clock.ts'
import { durationUs } from '../src/domain/time.ts'
import type { Town, TownMessage } from './town.ts'

/** What a device shows to the broker. */
export interface Credential {
  readonly username: string
  readonly secret: string
}

export interface PublishParts {
  readonly town: Town
  readonly clock: Clock
  /** For instance mqtt://127.0.0.1:1883. */
  readonly url: string
  readonly credentials: ReadonlyMap<string, Credential>
  /** Told when a message was not acknowledged; the device drops it, as one without a buffer does. */
  readonly failed: (device: string, error: unknown) => void
}

/** Lets every device of the town speak over its own MQTT connection, QoS 1, until disposed. */
export async function publishTown(parts: PublishParts): Promise<AsyncDisposable> {
  const { town, clock } = parts
  const clients = new Map<string, MqttClient>()
  for (const [device, { username, secret }] of parts.credentials) {
    const client = await connectAsync(parts.url, {
      clientId: device,
      username,
      password: secret,
      clean: true,
      protocolVersion: 4,
      reconnectPeriod: 2_000,
    })
    client.on('error', (error) => parts.failed(device, error))
    clients.set(device, client)
  }

  let stopped = false
  let cancel: CancelTimer | undefined

  function say(message: TownMessage): void {
    const client = clients.get(message.device)
    if (client?.connected !== true) return
    client
      .publishAsync(message.topic, message.payload, { qos: 1 })
      .catch((error: unknown) => parts.failed(message.device, error))
  }

  function next(): void {
    const wait = durationUs(Math.max(0, town.nextDue() - clock.now()))
    cancel = clock.after(wait, () => {
      if (stopped) return
      for (const message of town.advance(clock.now())) say(message)
      next()
    })
  }
  next()

  return {
    async [Symbol.asyncDispose]() {
      stopped = true
      cancel?.()
      await Promise.all([...clients.values()].map((client) => client.endAsync(true)))
    },
  }
}
