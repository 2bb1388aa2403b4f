import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import pino from 'pino'
import { Registry } from 'prom-client'
import type { Alarms } from '../../src/alarms/alarms.ts'
import { createAlarms } from '../../src/alarms/create-alarms.ts'
import { alarmId } from '../../src/alarms/ids.ts'
import type { ApiParts } from '../../src/api/parts.ts'
import { createServer } from '../../src/api/server.ts'
import { createCaseWork } from '../../src/case-work.ts'
import type { CaseService } from '../../src/cases/create-cases.ts'
import { readConfig } from '../../src/config.ts'
import type { Configurations } from '../../src/configuration/active.ts'
import { applyConfiguration } from '../../src/configuration/apply.ts'
import { createConfigurations } from '../../src/configuration/configurations.ts'
import { keepCurrent } from '../../src/configuration/current.ts'
import type { Database } from '../../src/database/database.ts'
import { role, type Role } from '../../src/domain/identity.ts'
import type { OrganisationId, PointId } from '../../src/domain/ids.ts'
import { createIdentity } from '../../src/identity/create-identity.ts'
import type { Identity } from '../../src/identity/identity.ts'
import { beginSession } from '../../src/identity/sessions.ts'
import type { ReadingStore } from '../../src/store/reading-store.ts'
import { north, openTestDatabase, south } from './database.ts'
import { createLastValues, type SettableLastValues } from './last-values.ts'
import { createManualClock, type ManualClock } from './manual-clock.ts'
import { quietLogger } from '../ingest/quiet-logger.ts'
import { seededRandom } from './random.ts'
import { temporaryFolder } from './temporary.ts'

/** A whole API over a real database, alarms, cases and configuration; only history is away. */
export interface TestApi extends AsyncDisposable {
  readonly app: FastifyInstance
  readonly database: Database
  readonly clock: ManualClock
  readonly identity: Identity
  readonly alarms: Alarms
  readonly cases: CaseService
  readonly configurations: Configurations
  readonly lastValues: SettableLastValues
  /** Lines of the log so far, as objects. */
  readonly logged: readonly Record<string, unknown>[]
  /** The Cookie header of somebody who is logged in with this role. */
  cookieOf(who: Role, organisation?: OrganisationId): Promise<string>
  /** Asks as somebody; a request of our own pages unless the headers say otherwise. */
  ask(
    who: Role | 'nobody',
    request: InjectOptions & { readonly organisation?: OrganisationId },
  ): Promise<LightMyRequestResponse>
  /** A lamp's alarm is raised; returns its id. */
  raise(asset?: string, rule?: string, organisation?: OrganisationId): Promise<string>
}

export const sameOrigin = { 'sec-fetch-site': 'same-origin' }

/** `changes` replaces parts of the API, for instance its store. */
export async function openTestApi(changes: Partial<ApiParts> = {}): Promise<TestApi> {
  await using opening = new AsyncDisposableStack()
  const clock = createManualClock()
  const random = seededRandom()
  const database = opening.use(await openTestDatabase(clock))
  for (const organisation of [north, south]) await configure(database, organisation, clock)
  const configurations = createConfigurations(database)
  const current = keepCurrent(configurations)
  for (const organisation of [north, south]) await current.load(organisation)
  const folder = opening.use(await temporaryFolder())
  const logger = quietLogger()
  const caseWork = createCaseWork(
    {
      clock,
      random,
      logger,
      config: readConfig({ env: {}, flags: { data: folder.path } }),
    },
    { database, current, configurations, secret: random.bytes(32) },
  )
  opening.use(caseWork.photos)
  const { cases } = caseWork
  const factsOf = (organisation: OrganisationId, rule: string) =>
    current.loaded(organisation).ruleFacts.get(rule)
  const alarms = createAlarms({
    database,
    clock,
    effects: { ...cases.effects, announce: async () => {} },
    rules: async (organisation) => (rule) => factsOf(organisation, rule),
  })
  const identity = createIdentity({ database, clock, random, topicsOf: async () => [] })
  const lastValues = createLastValues()
  const logged: Record<string, unknown>[] = []
  const app = await createServer({
    identity,
    alarms,
    ...caseWork,
    configurations,
    lastValues,
    database,
    clock,
    random,
    store: storeAway,
    log: pino({}, { write: (line: string) => void logged.push(JSON.parse(line)) }),
    version: '1.2.3',
    readiness: async () => ({ ready: true, parts: [] }),
    metrics: new Registry(),
    baseUrl: 'https://vakt.example',
    trustProxy: [],
    ...changes,
  })
  opening.defer(() => app.close())

  const cookieOf: TestApi['cookieOf'] = async (who, organisation = north) => {
    const user = { id: userId(who), name: who, roles: JSON.stringify([who]), organisation }
    return `__Host-sid=${await beginSession({ database, clock, random }, user)}`
  }
  let sequence = 0
  const all = opening.move()
  return {
    app,
    database,
    clock,
    identity,
    alarms,
    cases,
    configurations,
    lastValues,
    logged,
    cookieOf,
    ask: async (who, { organisation, ...request }) => {
      const cookie = who === 'nobody' ? {} : { cookie: await cookieOf(who, organisation) }
      const headers = { ...sameOrigin, ...cookie, ...request.headers }
      return app.inject({ ...request, headers })
    },
    raise: async (asset = 'lamp-17', rule = 'hatch-open', organisation = north) => {
      sequence += 1
      const key = { organisation, rule, asset, discriminator: '' }
      const transition = {
        ...({
          key,
          event: 'raised',
          ordinal: 0,
          historical: false,
          late: false,
          level: 1,
          ruleVersion: 1,
        } as const),
        position: { epoch: 'test', partition: 0, sequence, index: 0 },
        at: clock.now(),
        ingest: clock.now(),
        evidence: [],
      }
      await alarms.take(organisation, [transition], (id) => factsOf(organisation, id))
      return alarmId(key)
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** The point that measures the power of lamp-17 in north. */
export async function pointOf({ configurations }: TestApi): Promise<PointId> {
  const points = (await configurations.current(north))?.assetPoints.get('lamp-17')
  return points?.find(({ role }) => role === 'power')?.point ?? (0 as PointId)
}

function userId(who: Role): string {
  return who.replaceAll('_', '-')
}

const away = async (): Promise<never> => {
  throw new Error('the disk of the store is gone: /mnt/history')
}
/** History on a disk that is gone. */
const storeAway: ReadingStore = {
  cursor: away,
  write: away,
  rewrite: away,
  adopt: away,
  series: away,
  windows: away,
  scan: () => ({ [Symbol.asyncIterator]: () => ({ next: away }) }),
  scanColumns: () => ({ [Symbol.asyncIterator]: () => ({ next: away }) }),
  keepsArrivals: away,
  latest: away,
  totals: away,
  retain: away,
  [Symbol.asyncDispose]: async () => {},
}

const text = (en: string) => ({ sv: en, nb: en, en })
const lampType = {
  type: 'test/lamp@1.0.0',
  description: 'A lamp for tests',
  mqtt: { topic: 'v1/{organisation}/{device}/up' },
  interval: '15m',
  points: { power: { path: '$.p', unit: 'W' }, hatch: { path: '$.h', kind: 'state' } },
}
const threshold = { kind: 'threshold', role: 'power', below: 5 }
const rules = {
  'lamp-dark': { faultClass: 'light_out', confirm: 'immediately', priority: 3 },
  'hatch-open': { faultClass: 'hatch_open', confirm: 'manual', priority: 1 },
}

/** Two lamps citizens may see, one of them with a device, a pump they may not, and a user of each role. */
async function configure(
  database: Database,
  organisation: OrganisationId,
  clock: ManualClock,
): Promise<void> {
  const objects = [
    {
      kind: 'organisation',
      slug: organisation,
      document: {
        name: `${organisation} town`,
        timezone: 'Europe/Stockholm',
        languages: ['sv'],
      },
    },
    {
      kind: 'category',
      slug: 'light-out',
      document: { name: text('Light out'), faultClass: 'light_out', public: true },
    },
    { kind: 'deviceType', slug: lampType.type, document: lampType },
    ...['lamp-17', 'lamp-18'].map((slug) => ({
      kind: 'asset' as const,
      slug,
      document: {
        name: `Lamp ${slug.slice(5)} Ångströms väg 100%`,
        type: 'Streetlight',
        place: { lat: 58.3, lon: 11.4 },
        public: true,
        attributes: { height: 6 },
      },
    })),
    { kind: 'asset', slug: 'pump-1', document: { name: 'Pump_1', type: 'PumpStation' } },
    {
      kind: 'device',
      slug: 'lamp-17',
      document: { type: lampType.type, asset: 'lamp-17' },
    },
    ...Object.entries(rules).map(([slug, rest]) => ({
      kind: 'rule' as const,
      slug,
      document: {
        name: text(slug),
        assets: { type: 'Streetlight' },
        condition: threshold,
        ...rest,
      },
    })),
    ...role.options.map((who) => ({
      kind: 'user' as const,
      slug: userId(who),
      document: {
        name: `${who} of ${organisation}`,
        email: `${userId(who)}@${organisation}.example`,
        roles: [who],
        language: 'sv',
      },
    })),
  ] as const
  await applyConfiguration(database, {
    configuration: { organisation, objects },
    author: 'local',
    now: clock.now(),
  })
}
