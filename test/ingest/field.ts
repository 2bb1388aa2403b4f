/** What stands before and behind the consumers of the reading log, all of it real, in a temporary folder. */

import { join } from 'node:path'
import pino, { type Logger } from 'pino'
import { systemClock } from '../../src/clock.ts'
import type { Configurations } from '../../src/configuration/active.ts'
import { applyConfiguration } from '../../src/configuration/apply.ts'
import { createConfigurations } from '../../src/configuration/configurations.ts'
import type { Database } from '../../src/database/database.ts'
import type { Random } from '../../src/domain/clock.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import type { Envelope } from '../../src/domain/log-record.ts'
import type { Position } from '../../src/domain/position.ts'
import { timeUs, type TimeUs } from '../../src/domain/time.ts'
import { activateWaiting } from '../../src/ingest/activation.ts'
import { createDecodedLog, type DecodedLog } from '../../src/ingest/decoded-log.ts'
import type { ReadingLog } from '../../src/ingest/reading-log.ts'
import { openSqliteLog } from '../../src/ingest/sqlite-log/open.ts'
import { openTestDatabase } from '../support/database.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { seededRandom } from '../support/random.ts'
import { temporaryFolder } from '../support/temporary.ts'

/** Times in these tests are whole seconds after this. */
const start = Date.UTC(2026, 10, 20, 12) * 1_000

export function second(at: number): TimeUs {
  return timeUs(start + at * 1_000_000)
}

export interface Field extends AsyncDisposable {
  readonly folder: string
  readonly clock: ManualClock
  readonly log: ReadingLog
  readonly database: Database
  readonly configurations: Configurations
  readonly decoded: DecodedLog
  readonly random: Random
  readonly logger: Logger
  /** What was logged, by message. */
  readonly logged: readonly Record<string, unknown>[]
}

/** The log paces its disk in real time; everything else lives by the clock that the test moves. */
export async function openField(): Promise<Field> {
  await using opening = new AsyncDisposableStack()
  const clock = createManualClock(second(0))
  const { path: folder } = opening.use(await temporaryFolder())
  const log = opening.use(await openLogIn(folder))
  const database = opening.use(await openTestDatabase(clock))
  const logged: Record<string, unknown>[] = []
  const logger = pino({}, { write: (line: string) => void logged.push(JSON.parse(line)) })
  const configurations = createConfigurations(database)
  const all = opening.move()
  return {
    folder,
    clock,
    log,
    database,
    configurations,
    decoded: createDecodedLog(log, configurations),
    random: seededRandom(),
    logger,
    logged,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

export function logFile(folder: string, seed = 'log'): string {
  return join(folder, `${seed}.sqlite`)
}

/** Logs of the same seed have the same epoch, so the same records get the same positions. */
export function openLogIn(folder: string, seed = 'log'): Promise<ReadingLog> {
  const random = seededRandom(seed)
  return openSqliteLog({
    file: logFile(folder, seed),
    clock: systemClock,
    random,
    // Everything is read from the file, so that what is wrong there shows.
    inMemory: { records: 0, bytes: 0 },
  })
}

const name = { sv: 'regel', nb: 'regel', en: 'rule' }

export interface TownOptions {
  /** Factor of the lamps' power: a version with another factor understands the same bytes anew. */
  readonly scale?: number
  readonly lamps?: number
  /** More points of each lamp. */
  readonly extraPoints?: number
  /** Where in the message the power stands. */
  readonly path?: string
  /** Where in the message the time stands. */
  readonly time?: string
}

/** Lamps `lamp-1` and on, which are dark below 5 W for a minute and silent after 10 minutes. */
export async function applyLamps(
  { database, clock }: Pick<Field, 'database' | 'clock'>,
  organisation: OrganisationId,
  { scale = 1, lamps = 2, extraPoints = 0, path = '$.p', time = '$.ts' }: TownOptions = {},
): Promise<number | null> {
  const extra = Array.from({ length: extraPoints }, (_, index) => [
    `x${index}`,
    { path: `$.x[${index}]`, optional: true },
  ])
  const type = {
    type: 'acme/slc@1.0.0',
    description: 'A lamp controller',
    mqtt: { topic: 'v1/{organisation}/{device}/up' },
    interval: '60s',
    time: { path: time, format: 'epoch_s' },
    points: { power: { path, unit: 'W', scale }, ...Object.fromEntries(extra) },
  }
  const rule = { name, priority: 3, assets: { type: 'Streetlight' } } as const
  const names = Array.from({ length: lamps }, (_, index) => `lamp-${index + 1}`)
  const { version } = await applyConfiguration(database, {
    configuration: {
      organisation,
      objects: [
        {
          kind: 'organisation',
          slug: organisation,
          document: { name: organisation, timezone: 'Europe/Stockholm', languages: ['sv'] },
        },
        {
          kind: 'category',
          slug: 'light-out',
          document: { name, faultClass: 'light_out', public: true },
        },
        { kind: 'deviceType', slug: type.type, document: type },
        ...names.flatMap((slug) => [
          {
            kind: 'asset' as const,
            slug,
            document: { name: slug, type: 'Streetlight' },
          },
          {
            kind: 'device' as const,
            slug,
            document: { type: type.type, asset: slug },
          },
        ]),
        {
          kind: 'rule',
          slug: 'dark',
          document: {
            ...rule,
            condition: { kind: 'threshold', role: 'power', below: 5 },
            onDelay: '1m',
            maxGap: '10m',
            faultClass: 'light_out',
          },
        },
        {
          kind: 'rule',
          slug: 'silent',
          document: {
            ...rule,
            condition: { kind: 'noData', timeout: '10m' },
            faultClass: 'light_silent',
          },
        },
      ],
    },
    author: 'test',
    now: clock.now(),
  })
  return version
}

/** Applies the lamps and puts them into force at the end of the log. */
export async function startLamps(
  field: Pick<Field, 'database' | 'clock' | 'log'>,
  organisation: OrganisationId,
  options: TownOptions = {},
): Promise<void> {
  await applyLamps(field, organisation, options)
  await activateWaiting(field, organisation)
}

export interface Said {
  /** Second at which it was measured, and heard unless `heard` says otherwise. */
  readonly at: number
  readonly heard?: number
  readonly power: number
  readonly device?: string
  readonly organisation: OrganisationId
}

/** What a lamp says, as the broker hands it to the log. */
export function said({ at, heard = at, power, device, organisation }: Said): Envelope {
  const text = JSON.stringify({ ts: second(at) / 1_000_000, p: power })
  return saidRaw(text, { heard, organisation, device: device ?? 'lamp-1' })
}

export function saidRaw(
  text: string,
  from: {
    readonly heard: number
    readonly organisation: OrganisationId
    readonly device: string
  },
): Envelope {
  return {
    kind: 'envelope',
    organisation: from.organisation,
    connection: 'mqtt',
    device: from.device,
    topic: `v1/${from.organisation}/${from.device}/up`,
    payload: new TextEncoder().encode(text),
    ingest: second(from.heard),
    retained: false,
  }
}

/** A timer record as the service writes it. */
export function timerAt(at: number, organisation: OrganisationId) {
  return {
    kind: 'control',
    control: 'timer',
    organisation,
    ingest: second(at),
  } as const
}

/** Every entry of the log. */
export async function wholeLog(log: ReadingLog) {
  return log.read({ limit: 10_000 })
}

/** A place that no log of these tests has. */
export function elsewhere(changes: Partial<Position>): Position {
  return { epoch: 'another', partition: 0, sequence: 1, index: 0, ...changes }
}
