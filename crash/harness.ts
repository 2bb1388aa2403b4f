import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startCitizen } from './citizen.ts'
import { countAlarms, countMails, type Mails } from './counts.ts'
import { dieOnce } from './die.ts'
import { exportedReading, judge, type ExportedReading, type Verdict } from './oracle.ts'
import { nameOf, type Kill } from './plan.ts'
import { prepare } from './prepare.ts'
import { command, freePort, serve, type Place, type Planted } from './processes.ts'
import { startPublisher } from './publisher.ts'
import { organisation, speakers } from './town.ts'

export interface CrashOptions {
  readonly plan: readonly Kill[]
  readonly seed: number
  /** An empty folder for everything that the run leaves behind. */
  readonly folder: string
  /** A Python with paho-mqtt. */
  readonly python: string
  readonly mutant?: Planted | undefined
  /** Told before each kill. */
  readonly progress: (done: number, next: string) => void
}

export interface CrashResult {
  readonly figures: Verdict['figures'] & {
    readonly kills: number
    readonly reports: number
    readonly mails: number
  }
  /** Empty when every oracle holds. */
  readonly findings: readonly string[]
}

/**
 * Kills the service as planned while the devices go on speaking, lets it come back a last time, and
 * holds what it then has against what the devices know.
 */
export async function crash(options: CrashOptions): Promise<CrashResult> {
  const { plan, seed, folder, python, mutant, progress } = options
  const place = await makePlace(folder)
  const voices = await prepare(place.data)
  await using publisher = await startPublisher(python, {
    folder,
    port: place.mqtt,
    seed,
    voices,
  })
  const citizen = startCitizen(place.http)
  const findings: string[] = []
  for (const [index, kill] of plan.entries()) {
    progress(index, nameOf(kill))
    const found = await dieOnce(kill, {
      place,
      folder: join(folder, `${index}`),
      citizen,
      mutant,
    })
    findings.push(...found.map((one) => `kill ${index}, ${nameOf(kill)}: ${one}`))
  }
  progress(plan.length, 'it comes back for good')
  await using last = serve(place)
  await last.ready
  const acknowledged = await publisher.finish()
  const reports = await citizen.finish()
  await settled(place)
  const exported = await exportAll(place)
  const mails = await allDelivered(place, reports)
  last.stop()
  const code = await last.ended
  if (code !== 0) findings.push(`the last stop ended with ${code}: ${last.said()}`)
  const counted = countAlarms(place.data)
  const verdict = judge({ speakers, acknowledged, exported, counted })
  return {
    figures: {
      kills: plan.length,
      ...verdict.figures,
      reports,
      mails: mails.letters,
    },
    findings: [...findings, ...verdict.findings, ...judgeMails(mails, reports)],
  }
}

async function makePlace(folder: string): Promise<Place> {
  const data = join(folder, 'data')
  await mkdir(data, { recursive: true })
  const [http, mqtt] = await Promise.all([freePort(), freePort()])
  return { data, http, mqtt }
}

const patience = 120_000
const pause = 200

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let waited = 0; waited < patience; waited += pause) {
    if (await holds()) return
    await wait(pause)
  }
  throw new Error(`after ${patience / 1_000} s still not: ${what}`)
}

/** Everything in the log has reached history and the alarms. */
async function settled({ http }: Place): Promise<void> {
  await until('history and alarms have caught up', async () => {
    const answer = await fetch(`http://127.0.0.1:${http}/metrics`)
    const behind = (await answer.text()).matchAll(
      /^gatuvakt_consumer_commits_behind\{consumer="(?:projector|detector)"\} (\d+)$/gm,
    )
    return [...behind].every(([, commits]) => Number(commits) === 0)
  })
}

async function exportAll({ data }: Place): Promise<readonly ExportedReading[]> {
  const words = ['--organisation', organisation, '--format', 'ndjson']
  const text = await command('--data', data, 'export', 'readings', ...words)
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => exportedReading.parse(JSON.parse(line)))
}

/** A letter whose sender died is sent again when its lease of a minute has run out. */
async function allDelivered({ data }: Place, reports: number): Promise<Mails> {
  await until('every mail is delivered', () => {
    const { rows, delivered } = countMails(data)
    return rows >= reports && delivered === rows
  })
  return countMails(data)
}

/** A report that was answered is there once, and so is the mail that confirms it. */
function judgeMails(mails: Mails, reports: number): string[] {
  const wanted = { reports, rows: reports, delivered: reports, letters: reports }
  return JSON.stringify(mails) === JSON.stringify(wanted)
    ? []
    : [
        `reports and mails are ${JSON.stringify(mails)} instead of ${JSON.stringify(wanted)}`,
      ]
}
