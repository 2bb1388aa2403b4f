import { connectAsync, type MqttClient } from 'mqtt'

/** A device that keeps a message until the broker has acknowledged it, however often it must try. */
export interface PatientDevice {
  /** Resolves with the acknowledgement; `tries` tells how often it was sent. */
  say(message: string): Promise<{ tries: number }>
  stop(): Promise<void>
}

export interface PatientParts {
  readonly url: string
  readonly device: string
  readonly username: string
  readonly secret: string
  readonly topic: string
}

/** Time a device waits before it tries again, and for an acknowledgement, in ms. */
const pause = 30
const patience = 3_000

export function patientDevice(parts: PatientParts): PatientDevice {
  let client: MqttClient | undefined
  let stopped = false

  async function connected(): Promise<MqttClient> {
    if (client?.connected === true) return client
    client?.end(true)
    const made = await connectAsync(
      parts.url,
      {
        clientId: parts.device,
        username: parts.username,
        password: parts.secret,
        protocolVersion: 4,
        reconnectPeriod: 0,
        connectTimeout: patience,
      },
      false,
    )
    made.on('error', () => made.end(true))
    client = made
    return made
  }

  async function attempt(message: string): Promise<void> {
    const link = await connected()
    const { promise: lost, reject } = Promise.withResolvers<never>()
    const end = (): void => reject(new Error('the link was lost'))
    const timer = setTimeout(end, patience)
    link.once('close', end)
    try {
      await Promise.race([link.publishAsync(parts.topic, message, { qos: 1 }), lost])
    } finally {
      clearTimeout(timer)
      link.off('close', end)
    }
  }

  return {
    async say(message) {
      for (let tries = 1; ; tries += 1) {
        if (stopped) throw new Error('stopped before the message was acknowledged')
        try {
          await attempt(message)
          return { tries }
        } catch {
          // The broker is down or was killed: that is what this device is patient with.
          client?.end(true)
          client = undefined
          await new Promise((resolve) => setTimeout(resolve, pause))
        }
      }
    },
    async stop() {
      stopped = true
      await client?.endAsync(true)
    },
  }
}
