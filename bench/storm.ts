import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { readConfig } from '../src/config.ts'
import { startLamps } from './load/lamps.ts'
import { logIn } from './load/live-view.ts'
import { service } from './load/processes.ts'
import { buildStreet, LAMPS } from './load/street.ts'
import type { BenchResult } from './result.ts'

const TIMES = 3
const FAULTY_MS = 60_000
/** Long enough for what was held back to have come out if it were going to. */
const AFTER_MS = 90_000
const LOOK_EVERY_MS = 100

const alarms = z.object({
  alarms: z.array(
    z.object({
      id: z.string(),
      rule: z.object({ id: z.string() }),
      asset: z.object({ id: z.string() }),
      raisedAt: z.string().nullable(),
    }),
  ),
})
const cases = z.object({
  cases: z.array(z.object({ id: z.string(), assets: z.int() })),
})
const journal = z.object({
  transitions: z.array(z.object({ event: z.string(), annunciated: z.boolean() })),
})

/**
 * All lamps of one feeder set their fault bit in one second, three times, a minute each, and a pump
 * fails in the middle of the first: how many alarms and cases that makes, and how long people wait.
 */
export async function run(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'gatuvakt-storm-'))
  try {
    const { devices, person } = await buildStreet(
      readConfig({ env: {}, flags: { data: folder } }),
    )
    await using running = await service(folder, {})
    const look = await watcher(running.http, person)
    using street = await startLamps({ port: running.port, devices })
    await street.say({ from: 0, to: LAMPS + 1, message: { fault: false }, overMs: 5_000 })
    await running.settled()

    let secondsToScreen = 0
    let otherAlarmSeconds = 0
    for (let time = 0; time < TIMES; time += 1) {
      const began = performance.now()
      const saying = street.say({
        from: 0,
        to: LAMPS,
        message: { fault: true },
        overMs: 1_000,
      })
      if (time === 0) {
        await wait(500)
        const pumpAt = performance.now()
        const pump = street.say({
          from: LAMPS,
          to: LAMPS + 1,
          message: { fault: true },
          overMs: 0,
        })
        const [seconds] = await Promise.all([
          until(() => look.sees('pump-1'), pumpAt),
          pump,
        ])
        otherAlarmSeconds = seconds
        secondsToScreen = await until(() => look.sees('feeder'), began)
      }
      await saying
      await wait(FAULTY_MS - (performance.now() - began))
      await street.say({ from: 0, to: LAMPS, message: { fault: false }, overMs: 1_000 })
      await running.settled()
      await wait(5_000)
    }
    await wait(AFTER_MS)
    const told = await look.annunciated('lamp-fault')
    const opened = await look.cases()
    const listed = Math.max(0, ...opened.map(({ assets }) => assets))
    return {
      bench: 'storm',
      figures: {
        annunciated: told,
        cases: opened.length,
        assetsListed: listed,
        secondsToScreen,
        otherAlarmSeconds,
      },
      checks: [
        { name: 'annunciated group alarm', most: 1, measured: told },
        { name: 'annunciated group alarm', least: 1, measured: told },
        // One is the pump's.
        { name: 'cases', most: 2, measured: opened.length },
        { name: 'assets on the list of the case', least: LAMPS, measured: listed },
        {
          name: 's until the group alarm is on the screen',
          most: 5,
          measured: secondsToScreen,
        },
        {
          name: 's until the pump alarm is on the screen',
          most: 2,
          measured: otherAlarmSeconds,
        },
      ],
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function until(sees: () => Promise<boolean>, began: number): Promise<number> {
  for (let looks = 0; looks < 1_200; looks += 1) {
    if (await sees()) return (performance.now() - began) / 1_000
    await wait(LOOK_EVERY_MS)
  }
  throw new Error('nothing came to the screen in two minutes')
}

/** Somebody who looks at the list of alarms as the console does. */
async function watcher(http: string, person: Parameters<typeof logIn>[1]) {
  const cookie = await logIn(http, person)
  async function get<T>(path: string, shape: z.ZodType<T>): Promise<T> {
    const answer = await fetch(`${http}/api/v1${path}`, { headers: { cookie } })
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
    return shape.parse(await answer.json())
  }
  return {
    sees: async (asset: string) =>
      (await get('/alarms?which=open&limit=500', alarms)).alarms.some(
        (alarm) => alarm.asset.id === asset,
      ),
    /** How often alarms of this rule reached people for the first time. */
    async annunciated(rule: string): Promise<number> {
      const all = (await get('/alarms?which=all&limit=500', alarms)).alarms
      let told = 0
      for (const { id } of all.filter((alarm) => alarm.rule.id === rule).slice(0, 50)) {
        const { transitions } = await get(`/alarms/${id}/journal`, journal)
        told += transitions.filter(({ annunciated }) => annunciated).length
      }
      return told
    },
    cases: async () => (await get('/cases?which=all&limit=500', cases)).cases,
  }
}
