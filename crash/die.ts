import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Citizens } from './citizen.ts'
import { keptReleased, makeReleased, shapeOf } from './migration.ts'
import type { Kill, Stage } from './plan.ts'
import {
  freePort,
  serve,
  serveTrapped,
  type Place,
  type Planted,
  type ServiceProcess,
} from './processes.ts'

interface Scene {
  readonly place: Place
  /** For a kill that wants a data folder of its own. */
  readonly folder: string
  readonly citizens: Citizens
  readonly mutant: Planted | undefined
}

/** What people do so that the service comes by a place; at all others the devices see to that. */
const doings: Partial<Readonly<Record<Stage, (citizens: Citizens) => void>>> = {
  K9: (citizens) => citizens.report(),
  K10: (citizens) => citizens.crowd(),
  'K11-photo': (citizens) => citizens.reportWithPhoto(),
  'K11-report': (citizens) => citizens.crowd(),
  'K11-place': (citizens) => citizens.crowd(),
}

/** A stage that is not come by in this time is a finding. */
const stagePatience = 120_000

/** Starts the service and sees it die; whatever is left of it is killed. Resolves with what was not as it must be. */
export async function dieOnce(kill: Kill, scene: Scene): Promise<readonly string[]> {
  if (kill.kind === 'migration') return dieMigrating(kill, scene)
  const { place, mutant, citizens } = scene
  if (kill.kind === 'stage' && mutant === undefined) {
    await using service = serveTrapped(place, { trap: kill })
    doings[kill.stage]?.(citizens)
    return await caught(service, kill.stage)
  }
  if (kill.kind === 'anytime') citizens.report()
  await using service =
    mutant === undefined ? serve(place) : serveTrapped(place, { mutant })
  return await killAtTime(kill, service)
}

async function caught(service: ServiceProcess, stage: string): Promise<readonly string[]> {
  const late = new AbortController()
  const tooLate = wait(stagePatience, undefined, { signal: late.signal }).then(
    () => service.kill(),
    () => undefined,
  )
  await service.ended
  late.abort()
  await tooLate
  return service.said().includes(`crash: killed at ${stage}\n`)
    ? []
    : [`never came to ${stage}: ${service.said()}`]
}

/** With a mistake planted the stages are kills at any time: the mistake is what is looked for. */
async function killAtTime(kill: Kill, service: ServiceProcess): Promise<readonly string[]> {
  if (kill.kind === 'anytime' && kill.since === 'start') {
    await wait(kill.after)
    return []
  }
  try {
    await service.ready
  } catch (error) {
    return [`did not come back: ${String(error)}`]
  }
  await wait(kill.kind === 'stage' ? kill.chance * 800 : 'after' in kill ? kill.after : 0)
  if (kill.kind === 'shutdown') {
    service.stop()
    await wait(kill.grace)
  }
  return []
}

/** K13: dies in the migration, starts again, and has the tables of a database that was never killed. */
async function dieMigrating(
  kill: Extract<Kill, { kind: 'migration' }>,
  { place, folder }: Scene,
): Promise<readonly string[]> {
  await mkdir(folder)
  // Nobody who speaks to the town comes by here.
  const [http, mqtt] = await Promise.all([freePort(), freePort()])
  const own = { ...place, data: folder, http, mqtt }
  const file = join(folder, 'gatuvakt.sqlite')
  if (kill.from === 'released') await makeReleased(file)
  const trap = { stage: 'K13', hit: kill.statement, chance: 0 }
  await using dying = serveTrapped(own, { trap })
  const found = [...(await caught(dying, 'K13'))]
  await using again = serve(own)
  const code = await again.ready.then(
    () => {
      again.stop()
      return again.ended
    },
    () => again.ended,
  )
  if (code !== 0) found.push(`ended with ${code} after the migration: ${again.said()}`)
  const [shape, wanted] = [shapeOf(file), shapeOf(join(place.data, 'gatuvakt.sqlite'))]
  if (!shape.sound) found.push('the file of the database is damaged')
  if (shape.tables !== wanted.tables) found.push('the tables are not those of this version')
  if (kill.from === 'released' && !keptReleased(file))
    found.push('a row from before is gone')
  if (found.length === 0) await rm(folder, { recursive: true })
  return found
}
