import { startApp, type App } from '../../src/app.ts'
import { systemClock } from '../../src/clock.ts'
import type { Config } from '../../src/config.ts'
import { applyConfiguration } from '../../src/configuration/apply.ts'
import { parseConfiguration } from '../../src/configuration/parse.ts'
import { organisationId } from '../../src/domain/ids.ts'
import { createLogger } from '../../src/log.ts'
import { systemRandom } from '../../src/random.ts'
import type { Credential } from './packets.ts'

/** The municipality of the benches. */
export const benchTown = organisationId.parse('bench')

/** Devices of two kinds: those that say one value a message, and those that say ten. */
export interface Town {
  readonly single: readonly Credential[]
  readonly ten: readonly Credential[]
  /** Somebody who may look. */
  readonly person: Person
  /** Point ids of the first values of the devices that say one. */
  readonly points: readonly number[]
}

export interface Person {
  readonly organisation: string
  readonly email: string
  readonly password: string
}

/** Makes a data folder with `count` devices of each kind, a threshold rule on each, and their secrets. */
export async function buildTown(config: Config, count: number): Promise<Town> {
  await using app = await startApp({
    config,
    clock: systemClock,
    random: systemRandom,
    logger: createLogger('warn'),
    listen: false,
  })
  const parsed = parseConfiguration({ organisation: benchTown, files: files(count) })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.mistakes))
  const { configuration } = parsed
  await applyConfiguration(app.database, {
    configuration,
    author: 'bench',
    now: systemClock.now(),
  })
  await app.activate(benchTown)
  const active = await app.configurations.current(benchTown)
  const topics = active?.topics
  const credentials = async (kind: string): Promise<readonly Credential[]> => {
    const all: Credential[] = []
    for (let n = 0; n < count; n++) {
      const device = `${kind}-${n}`
      const issued = await app.identity.issueDeviceSecret(benchTown, device, 'device')
      all.push({ ...issued, topic: topics?.get(device)?.[0] ?? '' })
    }
    return all
  }
  const points = Array.from({ length: count }, (_, n) =>
    active?.assetPoints.get(`single-${n}`)?.map(({ point }) => point),
  )
  return {
    single: await credentials('single'),
    ten: await credentials('ten'),
    person: await makePerson(app),
    points: points.flatMap((own) => own ?? []),
  }
}

/** The person `watch` of the configuration, with a password. */
export async function makePerson({ database, identity }: App): Promise<Person> {
  const { id } = await database
    .read(benchTown)
    .selectFrom('user')
    .select('id')
    .executeTakeFirstOrThrow()
  const { token } = await identity.oneTimeLink(benchTown, id)
  const password = Buffer.from(systemRandom.bytes(18)).toString('base64')
  await identity.setPassword(token, password)
  return { organisation: benchTown, email: 'watch@bench.example', password }
}

function files(count: number) {
  const names = (kind: string): readonly string[] =>
    Array.from({ length: count }, (_, n) => `${kind}-${n}`)
  const all = [...names('single'), ...names('ten')]
  const assets = all.map((name) => `  ${name}: { name: ${name}, type: Probe }`)
  const devices = all.map(
    (name) => `  ${name}: { type: bench/${name.split('-')[0]}@1.0.0, asset: ${name} }`,
  )
  return [
    { path: 'organisation.yaml', text: organisation },
    { path: 'assets.yaml', text: ['assets:', ...assets, ''].join('\n') },
    { path: 'devices.yaml', text: ['devices:', ...devices, ''].join('\n') },
    { path: 'rules.yaml', text: rules },
    { path: 'device-types/bench-single/type.yaml', text: deviceType('single', 1) },
    { path: 'device-types/bench-ten/type.yaml', text: deviceType('ten', 10) },
  ]
}

const organisation = `organisation:
  name: Bench
  timezone: Europe/Stockholm
  languages: [en]
users:
  watch: { name: Watch, email: watch@bench.example, roles: [operations], language: en }
`

/** Evaluated with every reading of the first value, and never true. */
const rules = `rules:
  too-high:
    name: { sv: Too high, nb: Too high, en: Too high }
    priority: 2
    assets: { type: Probe }
    condition: { kind: threshold, role: p0, above: 300, deadband: 5 }
    onDelay: 10s
    faultClass: too_high
`

function deviceType(name: string, values: number): string {
  const points = Array.from(
    { length: values },
    (_, n) => `  p${n}: { path: $.p${n}, unit: Cel, range: [-50, 500] }`,
  )
  return `type: bench/${name}@1.0.0
description: ${values} temperatures
mqtt:
  topic: bench/{organisation}/{device}/up
time: { path: $.ts, format: epoch_us }
interval: 60s
points:
${points.join('\n')}
`
}
