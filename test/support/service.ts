import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { connectAsync, type MqttClient } from 'mqtt'
import { pino, type Logger } from 'pino'
import { startApp, type App } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { applyConfiguration } from '../../src/configuration/apply.ts'
import { parseConfiguration } from '../../src/configuration/parse.ts'
import { readFolder } from '../../src/configuration/read-folder.ts'
import { organisationId, type OrganisationId } from '../../src/domain/ids.ts'
import { MS, durationUs, type DurationUs } from '../../src/domain/time.ts'
import { beginSession } from '../../src/identity/sessions.ts'
import { systemRandom } from '../../src/random.ts'
import { seededRandom } from '../../simulators/seeded-random.ts'
import { placeTables } from './database.ts'
import type { VirtualClock } from './virtual-clock.ts'
import { patience } from './until.ts'

/** The organisation every scenario plays in. */
export const strandkoping = organisationId.parse('strandkoping')

/** The demo's other organisation, for those who ask for it. */
export const fjordvik = organisationId.parse('fjordvik')

/** The whole service on a folder, with real sockets, databases and disk, under a clock that tests move. */
export interface TestService extends AsyncDisposable {
  readonly app: App
  /** The commands of the machine itself. */
  readonly local: NonNullable<App['local']>
  readonly clock: VirtualClock
  /** Publishes as the device does and resolves with the broker's acknowledgement. */
  say(device: string, message: Record<string, unknown>): Promise<void>
  /** A new secret of the device, and the topic it speaks on. */
  credential(device: string, organisation?: OrganisationId): Promise<Credential>
  /** Lets the time pass. */
  pass(time: DurationUs): void
  /** Everything that was said has reached history, alarms and live values. */
  settle(): Promise<void>
  /** HTTP as somebody who is logged in. */
  logIn(email: string, organisation?: OrganisationId): Promise<Person>
  readonly http: string
}

interface Credential {
  readonly username: string
  readonly secret: string
  readonly topic: string
}

export interface Person {
  get(path: string): Promise<{ status: number; body: unknown }>
  post(path: string, body: unknown): Promise<{ status: number; body: unknown }>
}

export interface ServiceOptions {
  readonly folder: string
  readonly clock: VirtualClock
  /** Changes one of the demo's files before it is applied. */
  readonly edit?: (path: string, text: string) => string
  /** Another organisation of the demo that lives here too. */
  readonly also?: OrganisationId
  /** A PostgreSQL database instead of SQLite in the folder. */
  readonly databaseUrl?: string
  /** `smtp://` of a mail server instead of files in the folder. */
  readonly mailUrl?: string
  /** A JetStream stream instead of SQLite in the folder. */
  readonly natsUrl?: string
  /** More settings of the process, as flags set them. */
  readonly settings?: Readonly<Record<string, unknown>>
  /** Hears every line that the service logs, down to the smallest. */
  readonly hearLog?: (line: string) => void
}

/** Starts the service on the folder; the first time the demo's larger municipality is applied. */
export async function startService(options: ServiceOptions): Promise<TestService> {
  const { clock, folder } = options
  const file = join(folder, 'gatuvakt.sqlite')
  const isNew = existsSync(folder) && !existsSync(file)
  if (options.databaseUrl === undefined && isNew) await placeTables(file)
  const app = await startApp({
    config: readConfig({
      env: {},
      flags: {
        data: folder,
        http: { port: 0 },
        mqtt: { port: 0 },
        ...options.settings,
        ...(options.databaseUrl !== undefined && {
          database: { url: options.databaseUrl },
        }),
        ...(options.mailUrl !== undefined && { mail: { url: options.mailUrl } }),
        ...(options.natsUrl !== undefined && {
          nats: { url: options.natsUrl },
          readingLog: { durability: 'relaxed' },
        }),
      },
    }),
    clock,
    random: seededRandom(clock.now()),
    logger: loggerFor(options),
    listen: true,
  })
  const known = await app.configurations.organisations()
  for (const organisation of [strandkoping, options.also]) {
    if (organisation === undefined || known.includes(organisation)) continue
    await applyDemo(app, organisation, options)
  }
  const clients = new Map<string, MqttClient>()
  const http = app.addresses.http.replace('localhost', '127.0.0.1')

  async function credential(
    device: string,
    organisation = strandkoping,
  ): Promise<Credential> {
    const configuration = await app.configurations.current(organisation)
    const topic = configuration?.topics.get(device)?.[0] ?? 'nowhere'
    const issued = await app.identity.issueDeviceSecret(organisation, device, 'device')
    return { ...issued, topic }
  }

  async function client(device: string): Promise<MqttClient> {
    const there = clients.get(device)
    if (there?.connected === true) return there
    const { username, secret } = await credential(device)
    const made = await connectAsync(app.addresses.mqtt, {
      clientId: device,
      username,
      password: secret,
      protocolVersion: 4,
      reconnectPeriod: 0,
    })
    clients.set(device, made)
    return made
  }

  const { local } = app
  if (local === undefined) throw new Error('a whole service has commands')
  return {
    app,
    local,
    clock,
    http,
    credential,
    async say(device, message) {
      const configuration = await app.configurations.current(strandkoping)
      const topic = configuration?.topics.get(device)?.[0] ?? 'nowhere'
      await (await client(device)).publishAsync(topic, JSON.stringify(message), { qos: 1 })
    },
    pass: (time) => clock.advance(time),
    settle: () => app.settled(),
    logIn: (email, organisation = strandkoping) =>
      logIn({ app, http }, organisation, email),
    async [Symbol.asyncDispose]() {
      for (const one of clients.values()) await one.endAsync(true)
      await app[Symbol.asyncDispose]()
    },
  }
}

function loggerFor({ hearLog }: ServiceOptions): Logger {
  if (hearLog === undefined) return pino({ level: process.env['TEST_LOG'] ?? 'silent' })
  return pino({ level: 'trace' }, { write: hearLog })
}

/** The folder of one of the demo's organisations. */
export function demoFolder(organisation: OrganisationId): string {
  return join(import.meta.dirname, '../../config/demo', organisation)
}

async function applyDemo(
  app: App,
  organisation: OrganisationId,
  options: ServiceOptions,
): Promise<void> {
  const read = await readFolder(demoFolder(organisation))
  const files = read.files.map(({ path, text }) => ({
    path,
    text: options.edit?.(path, text) ?? text,
  }))
  const parsed = parseConfiguration({ organisation: read.organisation, files })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.mistakes))
  const { configuration } = parsed
  await applyConfiguration(app.database, {
    configuration,
    author: 'test',
    now: app.clock.now(),
  })
  await app.activate(organisation)
}

/** A session as a log-in begins it; what passwords are for has tests of its own, and takes its time. */
async function logIn(
  { app, http }: Pick<TestService, 'app' | 'http'>,
  organisation: OrganisationId,
  email: string,
): Promise<Person> {
  const { database, clock } = app
  const user = await database
    .read(organisation)
    .selectFrom('user')
    .select(['id', 'name', 'roles'])
    .where('email', '=', email)
    .executeTakeFirstOrThrow()
  const parts = { database, clock, random: systemRandom }
  const cookie = `__Host-sid=${await beginSession(parts, { ...user, organisation })}`
  const headers = {
    'content-type': 'application/json',
    origin: http,
    'sec-fetch-site': 'same-origin',
    cookie,
  }
  return {
    get: (path) => call(`${http}/api/v1${path}`, { headers: { cookie } }),
    post: (path, body) =>
      call(`${http}/api/v1${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      }),
  }
}

async function call(
  url: string,
  init: RequestInit,
): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(url, init)
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) }
}

/** Asks again until the answer fits; fails with the last answer after `patience`. */
export async function eventually<T>(
  ask: () => Promise<T>,
  fits: (answer: T) => boolean,
): Promise<T> {
  const began = Date.now()
  for (;;) {
    const answer = await ask()
    if (fits(answer)) return answer
    if (Date.now() - began > patience) {
      throw new Error(`still: ${JSON.stringify(answer).slice(0, 2_000)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, durationUs(10 * MS) / 1_000))
  }
}
