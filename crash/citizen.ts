import { setTimeout as wait } from 'node:timers/promises'
import { organisation } from './town.ts'

/** Somebody who reports faults, and sends a report again until it is answered. */
export interface Citizen {
  report(): void
  /** Resolves, when every report is answered, with how many there were. */
  finish(): Promise<number>
}

const pause = 300
const patience = 3_000

export function startCitizen(port: number): Citizen {
  const underway: Promise<void>[] = []
  const url = `http://127.0.0.1:${port}/api/v1/organisations/${organisation}/reports`

  async function persist(number: number): Promise<void> {
    const report = {
      category: 'other',
      text: `Report ${number}`,
      place: { lat: 58.35, lon: 11.43 },
      language: 'en',
      contact: { email: `citizen-${number}@provby.example` },
      wantsUpdates: true,
    }
    while (!(await answered(url, `crash-report-${number}`, report))) await wait(pause)
  }

  return {
    report: () => void underway.push(persist(underway.length)),
    async finish() {
      await Promise.all(underway)
      return underway.length
    },
  }
}

/** False when nobody answered, or asked to come again. Throws when the report itself is refused. */
async function answered(url: string, key: string, report: unknown): Promise<boolean> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(report),
    signal: AbortSignal.timeout(patience),
  }).catch(() => undefined)
  if (answer === undefined || answer.status === 429 || answer.status >= 500) return false
  if (answer.ok) return true
  throw new Error(`the report was answered with ${answer.status}: ${await answer.text()}`)
}
