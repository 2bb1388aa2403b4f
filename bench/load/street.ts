import { startApp } from '../../src/app.ts'
import { systemClock } from '../../src/clock.ts'
import type { Config } from '../../src/config.ts'
import { applyConfiguration } from '../../src/configuration/apply.ts'
import { parseConfiguration } from '../../src/configuration/parse.ts'
import { createLogger } from '../../src/log.ts'
import { systemRandom } from '../../src/random.ts'
import type { Credential } from './packets.ts'
import { benchTown, makePerson, type Person } from './town.ts'

export const LAMPS = 5_000
const AT_ONCE = 100

/** One feeder cabinet, the lamps it feeds, and a pump that has nothing to do with them. */
export async function buildStreet(
  config: Config,
): Promise<{ readonly devices: readonly Credential[]; readonly person: Person }> {
  await using app = await startApp({
    config,
    clock: systemClock,
    random: systemRandom,
    logger: createLogger('warn'),
    listen: false,
  })
  const parsed = parseConfiguration({ organisation: benchTown, files: files() })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.mistakes))
  const { configuration } = parsed
  const now = systemClock.now()
  await applyConfiguration(app.database, { configuration, author: 'bench', now })
  await app.activate(benchTown)
  const topics = (await app.configurations.current(benchTown))?.topics
  const devices: Credential[] = []
  const names = [...lamps(), 'pump-1']
  for (let from = 0; from < names.length; from += AT_ONCE) {
    const some = names.slice(from, from + AT_ONCE)
    const issued = await Promise.all(
      some.map((name) => app.identity.issueDeviceSecret(benchTown, name, 'device')),
    )
    some.forEach((name, n) => {
      const credential = issued[n]
      const topic = topics?.get(name)?.[0]
      if (credential === undefined || topic === undefined) throw new Error(name)
      devices.push({ ...credential, topic })
    })
  }
  return { devices, person: await makePerson(app) }
}

function lamps(): readonly string[] {
  return Array.from({ length: LAMPS }, (_, n) => `lamp-${n + 1}`)
}

function files() {
  const assets = lamps().map(
    (name) =>
      `  ${name}: { name: ${name}, type: Streetlight, public: true, parents: [{ edge: FEEDS, asset: feeder }] }`,
  )
  const devices = [...lamps(), 'pump-1'].map(
    (name) => `  ${name}: { type: bench/fault@1.0.0, asset: ${name} }`,
  )
  return [
    { path: 'organisation.yaml', text: organisation },
    { path: 'assets.yaml', text: [feeder, ...assets, ''].join('\n') },
    ...chunks(devices).map((some, n) => ({
      path: `devices-${n}.yaml`,
      text: ['devices:', ...some, ''].join('\n'),
    })),
    { path: 'rules.yaml', text: rules },
    { path: 'device-types/bench-fault/type.yaml', text: deviceType },
  ]
}

/** A file of the configuration has its bound. */
function chunks(lines: readonly string[]): readonly (readonly string[])[] {
  const at = 2_000
  return Array.from({ length: Math.ceil(lines.length / at) }, (_, n) =>
    lines.slice(n * at, (n + 1) * at),
  )
}

const organisation = `organisation:
  name: Bench
  timezone: Europe/Stockholm
  languages: [en]
categories:
  lamp-dark: { name: { sv: Dark, nb: Dark, en: Dark }, faultClass: light_out, assetType: Streetlight }
  litter: { name: { sv: Litter, nb: Litter, en: Litter }, faultClass: litter }
users:
  watch: { name: Watch, email: watch@bench.example, roles: [operations], language: en }
`

const feeder = `assets:
  feeder: { name: Feeder cabinet, type: StreetlightControlCabinet }
  pump-1: { name: Pump, type: Pump }`

const rules = `rules:
  lamp-fault:
    name: { sv: Lamp fault, nb: Lamp fault, en: Lamp fault }
    priority: 3
    assets: { type: Streetlight }
    condition: { kind: state, role: fault, in: [true] }
    faultClass: light_out
    confirm: immediately
    hold: 30s
    gather: { edge: FEEDS, atLeast: 10, share: 0.5, within: 60s }
  pump-fault:
    name: { sv: Pump fault, nb: Pump fault, en: Pump fault }
    priority: 1
    assets: { type: Pump }
    condition: { kind: state, role: fault, in: [true] }
    faultClass: pump_blocked
    confirm: immediately
`

const deviceType = `type: bench/fault@1.0.0
description: one fault bit
mqtt:
  topic: bench/{organisation}/{device}/up
time: { path: $.ts, format: epoch_us }
interval: 5m
points:
  fault: { kind: state, path: $.fault }
`
