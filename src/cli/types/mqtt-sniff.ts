import { connectAsync, type MqttClient } from 'mqtt'
import type { Clock } from '../../domain/clock.ts'
import { Problem } from '../../domain/problem.ts'
import type { DurationUs } from '../../domain/time.ts'
import type { Sample } from '../../workshop/samples.ts'

/** What is listened to at most, whatever comes. */
const MOST_MESSAGES = 10_000
const MOST_BYTES = 16 * 1024 * 1024
const LONGEST_MESSAGE = 65_536

export interface SniffRequest {
  /** `mqtt://user:password@host:port`; the password may also come from the environment. */
  readonly url: string
  readonly password: string | undefined
  /** Filter, for instance `lights/#`. */
  readonly topic: string
  readonly during: DurationUs
  readonly clock: Clock
  readonly stop: AbortSignal
  readonly heard: (count: number) => void
}

/** Listens to a broker, publishes nothing, and resolves with what was said. */
export async function sniff(request: SniffRequest): Promise<readonly Sample[]> {
  const { url, topic, during, clock, stop, heard } = request
  const client = await connectBroker(url, request.password)
  const samples: Sample[] = []
  let bytes = 0
  const { promise, resolve } = Promise.withResolvers<void>()
  client.on('message', (on, payload) => {
    if (payload.length > LONGEST_MESSAGE) return
    samples.push({ topic: on, payload: new Uint8Array(payload), at: clock.now() })
    bytes += payload.length
    heard(samples.length)
    if (samples.length >= MOST_MESSAGES || bytes >= MOST_BYTES) resolve()
  })
  client.on('close', resolve)
  stop.addEventListener('abort', () => resolve())
  const cancel = clock.after(during, resolve)
  try {
    await subscribe(client, topic)
    if (!stop.aborted) await promise
  } finally {
    cancel()
    await client.endAsync(true)
  }
  return samples
}

async function subscribe(client: MqttClient, topic: string): Promise<void> {
  const granted = await client.subscribeAsync(topic, { qos: 0 }).catch((error: unknown) => {
    throw refused(topic, error instanceof Error ? error.message : String(error))
  })
  if (granted.some(({ qos }) => qos > 2))
    throw refused(topic, 'the broker does not allow it')
}

function refused(topic: string, why: string): Problem {
  return new Problem({
    kind: 'forbidden',
    what: `${topic} cannot be listened to`,
    why,
    next: 'use a filter and a user the broker lets subscribe; our own broker lets nobody, use gatuvakt inbox there',
  })
}

/** Connects once. Rejects with Problem unavailable; the address in it has no password. */
export async function connectBroker(
  url: string,
  password: string | undefined,
  clientId?: string,
): Promise<MqttClient> {
  const broker = brokerOf(url)
  try {
    return await connectAsync(
      url,
      {
        protocolVersion: 4,
        reconnectPeriod: 0,
        connectTimeout: 10_000,
        ...(clientId !== undefined && { clientId }),
        ...(password !== undefined && { password }),
      },
      false,
    )
  } catch (error) {
    throw new Problem(
      {
        kind: 'unavailable',
        what: `the broker at ${broker} cannot be reached, or does not let us in`,
        why: error instanceof Error ? error.message : String(error),
        next: 'correct the address, or give user and password as mqtt://user:password@host',
      },
      { cause: error },
    )
  }
}

function brokerOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed !== undefined && /^(?:mqtts?|wss?|tcp|ssl):$/.test(parsed.protocol)) {
    return `${parsed.protocol}//${parsed.host}`
  }
  throw new Problem({
    kind: 'invalid',
    what: 'this is no address of an MQTT broker',
    next: 'for instance mqtt://localhost:1883, or mqtts://user:password@broker.example',
  })
}
