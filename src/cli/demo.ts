import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { createTown, type Town, type TownDevice } from '../../simulators/town.ts'
import type { Credential } from '../../simulators/publish.ts'
import type { App } from '../app.ts'
import type { Config } from '../config.ts'
import { applyConfiguration } from '../configuration/apply.ts'
import { readConfiguration } from '../configuration/parse.ts'
import { readFolder } from '../configuration/read-folder.ts'
import type { ActiveConfiguration } from '../configuration/active.ts'
import { organisationId, type OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import type { TimeUs } from '../domain/time.ts'
import {
  atAddress,
  DEMO_FILE,
  demoKey,
  makeDemoKeys,
  useDemoKeys,
} from './demo-partners.ts'

const login = z.object({
  organisation: z.string(),
  email: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  password: z.string(),
})
export type DemoLogin = z.infer<typeof login>

const secret = z.object({
  organisation: z.string(),
  device: z.string(),
  username: z.string(),
  secret: z.string(),
})

/** What the demo made on its first start, kept in the data folder for its owner's eyes alone. */
const demoFile = z.object({
  logins: z.array(login),
  devices: z.array(secret),
  partners: z.array(demoKey).default([]),
})
export type Demo = z.infer<typeof demoFile>

const ownerOnly = 0o600

/**
 * The demo municipality of this data folder. Made when the database is empty; undefined when it
 * holds organisations that are not the demo's.
 */
export async function ensureDemo(
  app: App,
  config: Config,
  step: (text: string) => void,
): Promise<Demo | undefined> {
  const file = join(config.data, DEMO_FILE)
  const known = await app.configurations.organisations()
  const demo = known.length > 0 ? await readDemo(file) : await makeDemo(app, file, step)
  if (demo !== undefined) useDemoKeys(config, demo.partners)
  return demo
}

async function makeDemo(
  app: App,
  file: string,
  step: (text: string) => void,
): Promise<Demo> {
  const folder = join(import.meta.dirname, '..', '..', 'config', 'demo')
  // The larger municipality first: it is the one that the first page of the README follows.
  const organisations = (await readdir(folder)).toSorted().toReversed()
  for (const [index, name] of organisations.entries()) {
    step(`demo municipality ${index + 1} of ${organisations.length}: ${name}`)
    await applyFolder(app, join(folder, name))
  }
  step('logins and device secrets')
  const demo: Demo = { logins: [], devices: [], partners: await makeDemoKeys(app) }
  for (const organisation of organisations.map((name) => organisationId.parse(name))) {
    demo.logins.push(...(await makeLogins(app, organisation)))
    demo.devices.push(...(await makeSecrets(app, organisation)))
  }
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, JSON.stringify(demo, null, 2), { mode: ownerOnly })
  return demo
}

async function readDemo(file: string): Promise<Demo | undefined> {
  try {
    return demoFile.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return undefined
    throw new Problem(
      {
        kind: 'invalid',
        what: `${file} cannot be read`,
        why: error instanceof Error ? error.message : String(error),
        next: 'remove the data folder to begin anew, or use gatuvakt serve',
      },
      { cause: error },
    )
  }
}

async function applyFolder(app: App, folder: string): Promise<void> {
  const files = atAddress(await readFolder(folder), app.addresses.http)
  const parsed = await readConfiguration(files)
  if (!parsed.ok) {
    throw new Problem({
      kind: 'invalid',
      what: 'the demo configuration has mistakes',
      where: parsed.mistakes
        .map(({ file, line, what }) => `${file}:${line} ${what}`)
        .join('; '),
    })
  }
  await applyConfiguration(app.database, {
    configuration: parsed.configuration,
    author: 'demo',
    now: app.clock.now(),
  })
  await app.activate(organisationId.parse(files.organisation))
}

async function makeLogins(app: App, organisation: OrganisationId): Promise<DemoLogin[]> {
  const users = await app.database
    .read(organisation)
    .selectFrom('user')
    .selectAll()
    .execute()
  const logins: DemoLogin[] = []
  for (const user of users) {
    const password = randomBytes(12).toString('base64url')
    const { token } = await app.identity.oneTimeLink(organisation, user.id)
    await app.identity.setPassword(token, password)
    logins.push({
      organisation,
      email: user.email,
      name: user.name,
      roles: z.array(z.string()).parse(JSON.parse(user.roles)),
      password,
    })
  }
  return logins
}

async function makeSecrets(
  app: App,
  organisation: OrganisationId,
): Promise<Demo['devices']> {
  const configuration = await app.configurations.current(organisation)
  const devices: Demo['devices'] = []
  for (const device of configuration?.decode.devices.keys() ?? []) {
    const issued = await app.identity.issueDeviceSecret(organisation, device, 'device')
    devices.push({ organisation, device, ...issued })
  }
  return devices
}

const kinds: Readonly<Record<string, TownDevice['kind']>> = {
  Streetlight: 'lamp',
  StreetlightControlCabinet: 'cabinet',
  PumpStation: 'station',
}

/** The town of one organisation: its devices where its assets stand. */
export function demoTown(
  configuration: ActiveConfiguration,
  parts: { readonly seed: number; readonly start: TimeUs; readonly skyOffset: number },
): Town {
  const devices: TownDevice[] = []
  for (const [asset, points] of configuration.assetPoints) {
    const device = points[0]?.device
    const known = configuration.assets.get(asset)
    const kind = known === undefined ? undefined : kinds[known.type]
    if (device === undefined || known?.place === undefined || kind === undefined) continue
    const fedBy = known.parents.find(({ edge }) => edge === 'FEEDS')?.asset
    const topic = configuration.topics.get(device)?.[0] ?? ''
    devices.push({
      device,
      kind,
      topic,
      place: known.place,
      ...(fedBy !== undefined && { fedBy }),
    })
  }
  return createTown({ ...parts, devices })
}

/** The demo's device secrets of one organisation, by device. */
export function credentialsOf(
  demo: Demo,
  organisation: OrganisationId,
): ReadonlyMap<string, Credential> {
  return new Map(
    demo.devices
      .filter((device) => device.organisation === organisation)
      .map((device) => [device.device, device]),
  )
}
