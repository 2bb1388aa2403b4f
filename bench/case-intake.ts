import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { readConfig } from '../src/config.ts'
import { startLamps } from './load/lamps.ts'
import { logIn } from './load/live-view.ts'
import { percentile } from './load/percentile.ts'
import { service } from './load/processes.ts'
import { reportAll } from './load/reporters.ts'
import { buildStreet, LAMPS } from './load/street.ts'
import { median } from './result.ts'

const PER_MINUTE = 1_000
const MINUTES = 5
/** How often the pump fails while nothing else happens. */
const QUIET_FAULTS = 20
const LOOK_EVERY_MS = 10

const alarms = z.object({
  alarms: z.array(
    z.object({ asset: z.object({ id: z.string() }), clearedAt: z.string().nullable() }),
  ),
})
const page = z.object({
  cases: z.array(z.object({ number: z.string() })),
  next: z.string().nullable(),
})
const statistics = z.object({
  total: z.object({ reports: z.object({ people: z.int() }) }),
})

export interface Intake {
  readonly accepted: number
  readonly refused: number
  /** Accepted and yet not there afterwards. */
  readonly lost: number
  readonly reportP99Ms: number
  readonly photoP99Ms: number
  /** From a pump's message to the list of alarms: under load, by the quiet one. */
  readonly alarmLatencyRatio: number
  readonly quietAlarmMs: number
}

/** A storm of citizens against the real service, and a pump whose alarm must not wait for them. */
export async function measureIntake(): Promise<Intake> {
  const folder = await mkdtemp(join(tmpdir(), 'gatuvakt-cases-'))
  try {
    const config = readConfig({ env: {}, flags: { data: folder } })
    const { devices, person } = await buildStreet(config)
    await using running = await service(folder, {
      http: { trustProxy: ['127.0.0.1', '::1'] },
    })
    const cookie = await logIn(running.http, person)
    const get = async <T>(path: string, shape: z.ZodType<T>): Promise<T> => {
      const answer = await fetch(`${running.http}/api/v1${path}`, { headers: { cookie } })
      if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
      return shape.parse(await answer.json())
    }
    using lamps = await startLamps({ port: running.port, devices: devices.slice(LAMPS) })
    const stands = async (): Promise<boolean> => {
      const { alarms: open } = await get('/alarms?which=open&limit=500', alarms)
      return open.some(
        ({ asset, clearedAt }) => asset.id === 'pump-1' && clearedAt === null,
      )
    }
    const fault = async (is: boolean): Promise<number> => {
      const began = performance.now()
      await lamps.say({ from: 0, to: 1, message: { fault: is }, overMs: 0 })
      while ((await stands()) !== is) await wait(LOOK_EVERY_MS)
      return performance.now() - began
    }
    const raises = async (
      until: (count: number) => boolean,
    ): Promise<readonly number[]> => {
      const took: number[] = []
      while (until(took.length)) {
        took.push(await fault(true))
        await fault(false)
        await wait(500)
      }
      return took
    }
    await fault(false)
    const quiet = await raises((count) => count < QUIET_FAULTS)
    let isOver = false
    const [reported, busy] = await Promise.all([
      reportAll(running.http, { perMinute: PER_MINUTE, minutes: MINUTES }).finally(() => {
        isOver = true
      }),
      raises(() => !isOver),
    ])
    const { total } = await get('/statistics', statistics)
    // Accepted at once or placed later: each number is a case in the end.
    const missing = new Set(reported.numbers)
    let next: string | null = ''
    while (next !== null) {
      const from: string = next === '' ? '' : `&cursor=${next}`
      const found = await get(`/cases?which=all&limit=500${from}`, page)
      for (const { number } of found.cases) missing.delete(number)
      next = found.next
    }
    return {
      accepted: reported.accepted,
      refused: reported.refused,
      lost: Math.max(reported.accepted - total.reports.people, missing.size),
      reportP99Ms: percentile(reported.latenciesMs, 0.99),
      photoP99Ms: percentile(reported.photosMs, 0.99),
      alarmLatencyRatio: median(busy) / median(quiet),
      quietAlarmMs: median(quiet),
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}
