import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startCitizens, type Citizens } from './citizen.ts'
import { countAlarms, isQuiet, readStored } from './counts.ts'
import { dieOnce } from './die.ts'
import { exportedReading, judge, type ExportedReading, type Verdict } from './oracle.ts'
import { judgePeople, type PeopleVerdict, type Stored } from './people-oracle.ts'
import { nameOf, type Kill } from './plan.ts'
import { prepare } from './prepare.ts'
import { command, freePort, serve, type Place, type Planted } from './processes.ts'
import { startPublisher } from './publisher.ts'
import { startReceivers, type Receivers } from './receivers.ts'
import { hookSecret, organisation, speakers } from './town.ts'

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
  readonly figures: Verdict['figures'] &
    PeopleVerdict['figures'] & { readonly kills: number }
  /** Empty when every oracle holds. */
  readonly findings: readonly string[]
}

/**
 * Kills the service as planned while the devices go on speaking and people report, lets it come back
 * a last time, and holds what it then has against what those know.
 */
export async function crash(options: CrashOptions): Promise<CrashResult> {
  const { plan, seed, folder, python } = options
  await using receivers = await startReceivers()
  const place = await makePlace(folder, receivers)
  const voices = await prepare(place.data, receivers.hookUrl)
  await using publisher = await startPublisher(python, {
    folder,
    port: place.mqtt,
    seed,
    voices,
  })
  const citizens = startCitizens(place.http)
  const deaths = await dieAll(options, place, citizens)
  await using last = serve(place)
  await last.ready
  const acknowledged = await publisher.finish()
  const answered = await citizens.finish()
  await settled(place)
  const exported = await exportAll(place)
  const stored = await quiet(place)
  last.stop()
  const code = await last.ended
  const verdict = judge({
    speakers,
    acknowledged,
    exported,
    counted: countAlarms(place.data),
  })
  const people = judgePeople({
    answered,
    stored,
    letters: receivers.letters(),
    calls: receivers.calls(),
    kills: plan.length,
  })
  return {
    figures: { kills: plan.length, ...verdict.figures, ...people.figures },
    findings: [
      ...deaths,
      ...(code === 0 ? [] : [`the last stop ended with ${code}: ${last.said()}`]),
      ...verdict.findings,
      ...people.findings,
    ],
  }
}

/** One death after the other; what was not as it must be. */
async function dieAll(
  { plan, folder, mutant, progress }: CrashOptions,
  place: Place,
  citizens: Citizens,
): Promise<readonly string[]> {
  const findings: string[] = []
  for (const [index, kill] of plan.entries()) {
    progress(index, nameOf(kill))
    const own = { place, folder: join(folder, `${index}`), citizens, mutant }
    const found = await dieOnce(kill, own)
    findings.push(...found.map((one) => `kill ${index}, ${nameOf(kill)}: ${one}`))
  }
  progress(plan.length, 'it comes back for good')
  return findings
}

async function makePlace(
  folder: string,
  { mailUrl }: Pick<Receivers, 'mailUrl'>,
): Promise<Place> {
  const data = join(folder, 'data')
  await mkdir(data, { recursive: true })
  const [http, mqtt] = await Promise.all([freePort(), freePort()])
  const settings = {
    GATUVAKT_MAIL__URL: mailUrl,
    GATUVAKT_WEBHOOKS__ALLOW: '127.0.0.0/8',
    GATUVAKT_HTTP__TRUST_PROXY: '127.0.0.0/8',
    [`GATUVAKT_SECRETS__${hookSecret.toUpperCase()}`]: 'a secret of the crash harness',
  }
  return { data, http, mqtt, settings }
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

/** A letter or a call whose sender died is sent again when its lease of a minute has run out. */
async function quiet({ data }: Place): Promise<Stored> {
  await until('everything is placed and sent', () => isQuiet(readStored(data)))
  return readStored(data)
}
