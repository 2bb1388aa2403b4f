import { connectAsync } from 'mqtt'
import type { Clock } from '../src/domain/clock.ts'
import { durationUs, toIso, type TimeUs } from '../src/domain/time.ts'
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
 * at 20 × is a device that measures 20 times as often. Resolves with the rows acknowledged.
 */
export async function replay(parts: ReplayParts): Promise<number> {
  const { clock } = parts
  const client = await connectAsync(parts.url, {
    clientId: parts.clientId,
    username: parts.credential.username,
    password: parts.credential.secret,
    protocolVersion: 4,
  })
  try {
    const begun = clock.now()
    let first: TimeUs | undefined
    let sent = 0
    const waiting = new Set<Promise<unknown>>()
    const acknowledged: Promise<void>[] = []
    for await (const row of parts.rows) {
      if (parts.stop.aborted) break
      first ??= row.at
      const due = begun + (row.at - first) / parts.speed
      await until(clock, due)
      const at = parts.times === 'now' ? (Math.round(due) as TimeUs) : row.at
      const message = JSON.stringify({ ts: toIso(at), ...row.values })
      const published = client.publishAsync(parts.topic, message, { qos: 1 })
      waiting.add(published)
      acknowledged.push(
        published.then(() => {
          sent += 1
          waiting.delete(published)
          return parts.progress(sent)
        }),
      )
      if (waiting.size >= window) await Promise.race(waiting)
    }
    await Promise.all(acknowledged)
    return sent
  } finally {
    await client.endAsync()
  }
}

/** Messages on their way at most. */
const window = 20

function until(clock: Clock, due: number): Promise<void> {
  return new Promise((resolve) => {
    const wait = due - clock.now()
    if (wait <= 0) resolve()
    else clock.after(durationUs(wait), resolve)
  })
}
