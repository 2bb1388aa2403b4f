import { join } from 'node:path'
import { connectAsync, type MqttClient } from 'mqtt'
import { pino } from 'pino'
import { startApp, type App } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { applyConfiguration } from '../../src/configuration/apply.ts'
import { parseConfiguration } from '../../src/configuration/parse.ts'
import { readFolder } from '../../src/configuration/read-folder.ts'
import { organisationId } from '../../src/domain/ids.ts'
import { MS, durationUs, type DurationUs } from '../../src/domain/time.ts'
import { seededRandom } from '../../simulators/seeded-random.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** The organisation every scenario plays in. */
export const strandkoping = organisationId.parse('strandkoping')

/** The whole service on a folder, with real sockets, databases and disk, under a clock that tests move. */
export interface TestService extends AsyncDisposable {
  readonly app: App
  readonly clock: VirtualClock
  /** Publishes as the device does and resolves with the broker's acknowledgement. */
  say(device: string, message: Record<string, unknown>): Promise<void>
  /** Lets the time pass. */
  pass(time: DurationUs): void
  /** Everything that was said has reached history, alarms and live values. */
  settle(): Promise<void>
  /** HTTP as somebody who is logged in. */
  logIn(email: string): Promise<Person>
  readonly http: string
}

export interface Person {
  get(path: string): Promise<{ status: number; body: unknown }>
  post(path: string, body: unknown): Promise<{ status: number; body: unknown }>
}

const password = 'only for this test 1'

export interface ServiceOptions {
  readonly folder: string
  readonly clock: VirtualClock
  /** Changes one of the demo's files before it is applied. */
  readonly edit?: (path: string, text: string) => string
}

/** Starts the service on the folder; the first time the demo's larger municipality is applied. */
export async function startService(options: ServiceOptions): Promise<TestService> {
  const { clock, folder } = options
  const app = await startApp({
    config: readConfig({
      env: {},
      flags: { data: folder, http: { port: 0 }, mqtt: { port: 0 } },
    }),
    clock,
    random: seededRandom(clock.now()),
    logger: pino({ level: process.env['TEST_LOG'] ?? 'silent' }),
    listen: true,
  })
  const known = await app.configurations.organisations()
  if (!known.includes(strandkoping)) await applyDemo(app, options)
  const clients = new Map<string, MqttClient>()
  const http = app.addresses.http.replace('localhost', '127.0.0.1')

  async function client(device: string): Promise<MqttClient> {
    const there = clients.get(device)
    if (there?.connected === true) return there
    const { username, secret } = await app.identity.issueDeviceSecret(
      strandkoping,
      device,
      'device',
    )
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

  return {
    app,
    clock,
    http,
    async say(device, message) {
      const configuration = await app.configurations.current(strandkoping)
      const topic = configuration?.topics.get(device)?.[0] ?? 'nowhere'
      await (await client(device)).publishAsync(topic, JSON.stringify(message), { qos: 1 })
    },
    pass: (time) => clock.advance(time),
    settle: () => app.settled(),
    logIn: (email) => logIn(app, http, email),
    async [Symbol.asyncDispose]() {
      for (const one of clients.values()) await one.endAsync(true)
      await app[Symbol.asyncDispose]()
    },
  }
}

async function applyDemo(app: App, options: ServiceOptions): Promise<void> {
  const read = await readFolder(join(import.meta.dirname, '../../config/demo/strandkoping'))
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
  await app.activate(strandkoping)
}

async function logIn(app: App, http: string, email: string): Promise<Person> {
  const user = await app.database
    .read(strandkoping)
    .selectFrom('user')
    .select('id')
    .where('email', '=', email)
    .executeTakeFirstOrThrow()
  const { token } = await app.identity.oneTimeLink(strandkoping, user.id)
  await app.identity.setPassword(token, password)
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    origin: http,
    'sec-fetch-site': 'same-origin',
  }
  const answer = await fetch(`${http}/api/v1/session`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ organisation: strandkoping, email, password }),
  })
  if (!answer.ok)
    throw new Error(`log-in answered ${answer.status}: ${await answer.text()}`)
  headers['cookie'] = (answer.headers.getSetCookie()[0] ?? '').split(';')[0] ?? ''
  return {
    get: (path) =>
      call(`${http}/api/v1${path}`, { headers: { cookie: headers['cookie'] ?? '' } }),
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

/** Asks again until the answer fits; fails with the last answer after 10 s. */
export async function eventually<T>(
  ask: () => Promise<T>,
  fits: (answer: T) => boolean,
): Promise<T> {
  const patience = 10_000
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
