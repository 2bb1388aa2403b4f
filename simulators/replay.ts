import { connectAsync, type MqttClient } from 'mqtt'
import type { Clock } from '../src/domain/clock.ts'
import { Problem } from '../src/domain/problem.ts'
import { durationUs, timeUs, toIso, type TimeUs } from '../src/domain/time.ts'
import type { Credential } from './publish.ts'

/** A recorded row: when, and the fields of the message. */
export interface RecordedRow {
  readonly at: TimeUs
  readonly values: Readonly<Record<string, number | null>>
}

export interface ReplayParts {
  readonly rows: AsyncIterable<RecordedRow>
  /** Recorded seconds per real second; 1 is as fast as it was. */
  readonly speed: number
  /** `now`: the first row is now and the rest follow at the recording's pace; `own`: times as recorded. */
  readonly times: 'now' | 'own'
  readonly clock: Clock
  readonly url: string
  readonly topic: string
  readonly credential: Credential
  readonly clientId: string
  readonly progress: (sent: number) => void
  readonly stop: AbortSignal
}

/**
 * Sends a recording over the network as its device would: one QoS 1 message a row, the next only
 * when its time has come. With times from now, a row's time is the moment it is sent, so a replay
 * at 20 × is a device that measures 20 times as often. Resolves with the rows acknowledged, also
 * when it is stopped on the way. Rejects with Problem unavailable when the broker is not there or
 * takes no such device, and with what the rows or a message failed with.
 */
export async function replay(parts: ReplayParts): Promise<number> {
  const client = await connect(parts)
  try {
    return await sendAll(client, parts)
  } finally {
    await client.endAsync(parts.stop.aborted)
  }
}

async function connect({ url, clientId, credential }: ReplayParts): Promise<MqttClient> {
  try {
    return await connectAsync(url, {
      clientId,
      username: credential.username,
      password: credential.secret,
      protocolVersion: 4,
    })
  } catch (error) {
    throw new Problem(
      {
        kind: 'unavailable',
        what: `the broker at ${url} did not let ${clientId} in`,
        why: reason(error),
        next: 'start the service with gatuvakt serve, and try again',
      },
      { cause: error },
    )
  }
}

/** A connection that was tried at several addresses says what went wrong only by its code. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? String(error.code) : ''
  return error.message === '' ? code : error.message
}

/** Messages on their way at most. */
const window = 20

async function sendAll(client: MqttClient, parts: ReplayParts): Promise<number> {
  const { clock, stop } = parts
  const stopped = new Promise<void>((resolve) => {
    if (stop.aborted) resolve()
    stop.addEventListener('abort', () => resolve(), { once: true })
  })
  const begun = clock.now()
  let first: TimeUs | undefined
  let acknowledged = 0
  const underway = new Set<Promise<void>>()

  async function send(message: string): Promise<void> {
    await client.publishAsync(parts.topic, message, { qos: 1 })
    acknowledged += 1
    parts.progress(acknowledged)
  }

  for await (const row of parts.rows) {
    first ??= row.at
    const due = begun + (row.at - first) / parts.speed
    await until(due, parts)
    if (stop.aborted) break
    const at = parts.times === 'now' ? timeUs(Math.round(due)) : row.at
    const sending = send(JSON.stringify({ ts: toIso(at), ...row.values }))
    underway.add(sending)
    // One that failed stays under way, so that whoever waits next fails with it.
    sending.then(
      () => underway.delete(sending),
      () => undefined,
    )
    if (underway.size >= window) await Promise.race([...underway, stopped])
  }
  await Promise.race([Promise.all(underway), stopped])
  return acknowledged
}

/** Resolves when the time has come, or at once when the replay is stopped. */
function until(due: number, { clock, stop }: ReplayParts): Promise<void> {
  return new Promise((resolve) => {
    const wait = due - clock.now()
    if (wait <= 0 || stop.aborted) return resolve()
    const done = (): void => {
      cancel()
      stop.removeEventListener('abort', done)
      resolve()
    }
    const cancel = clock.after(durationUs(wait), done)
    return stop.addEventListener('abort', done, { once: true })
  })
}
