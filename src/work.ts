import type { Alarms } from './alarms/alarms.ts'
import { createAlarms } from './alarms/create-alarms.ts'
import { createFloodSource } from './alarms/flood-source.ts'
import { startAlarmTimers } from './alarms/start-alarm-timers.ts'
import { createTopologySource } from './alarms/topology/source.ts'
import { announcer } from './annunciation/announce.ts'
import { deskFor } from './annunciation/catalogue.ts'
import { createCases, type CaseService } from './cases/create-cases.ts'
import type { ActiveConfiguration } from './configuration/active.ts'
import type { CurrentConfiguration } from './configuration/current.ts'
import { townOf } from './configuration/town.ts'
import type { Database } from './database/database.ts'
import { enqueue } from './delivery/enqueue.ts'
import { every } from './domain/every.ts'
import type { OrganisationId } from './domain/ids.ts'
import { MINUTE } from './domain/time.ts'
import { acknowledgeAtSource } from './gateway/acknowledge-at-source.ts'
import { acknowledgedAtSource, takenAtSource } from './gateway/acknowledged-at-source.ts'
import type { DetectionParts } from './ingest/detection.ts'
import type { Readers } from './ingest/readers.ts'
import type { PortParts } from './ports.ts'

export interface WorkParts {
  readonly database: Database
  readonly current: CurrentConfiguration
  readonly secret: Uint8Array
}

export interface Work {
  readonly alarms: Alarms
  readonly cases: CaseService
  /** Acknowledges here what was acknowledged at its source. */
  readonly heard: NonNullable<DetectionParts['heard']>
}

/** Who watches what no desk takes: everybody who has the console open. */
const CONSOLE_DESK = 'console'

/** Alarms and cases know each other only through the effects that one hands the other. */
export function createWork(
  { clock, random }: PortParts,
  { database, current, secret }: WorkParts,
): Work {
  const loaded = (organisation: OrganisationId): ActiveConfiguration =>
    current.loaded(organisation)
  const cases = createCases({
    database,
    clock,
    random,
    secret,
    catalogue: (organisation) => current.load(organisation),
    catalogueNow: loaded,
    enqueueMail: enqueue,
  })
  const tellDesks = announcer({ catalogueNow: loaded })
  const alarms = createAlarms({
    database,
    clock,
    effects: {
      ...cases.effects,
      async announce(work, news) {
        await tellDesks(work, news)
        await acknowledgeAtSource(work, news, loaded(work.organisation))
      },
    },
    // A transaction awaits only the database, so the configuration is loaded before each.
    rules: async (organisation) => {
      const { ruleFacts } = await current.load(organisation)
      return (rule) => ruleFacts.get(rule)
    },
    sources: [
      createTopologySource((organisation) => townOf(loaded(organisation))),
      createFloodSource(
        (organisation, { facts: { faultClass }, ...raise }) =>
          deskFor(loaded(organisation), { ...raise, faultClass }) ?? CONSOLE_DESK,
      ),
    ],
  })
  return {
    cases,
    alarms,
    async heard(organisation, configuration, decoded) {
      for (const taken of takenAtSource(configuration, decoded)) {
        const acknowledge: Alarms['acknowledge'] = (...asked) =>
          alarms.acknowledge(...asked)
        await acknowledgedAtSource({ database, acknowledge }, organisation, taken)
      }
    },
  }
}

/**
 * Lets time pass for alarms and cases: shelves and holds end, what recovered by itself is closed. Not
 * before the detector has caught up: what it has yet to say may explain what would be told.
 */
export function startTime(
  { clock, logger }: PortParts,
  starting: AsyncDisposableStack,
  { alarms, cases, readers }: Omit<Work, 'heard'> & { readonly readers: Readers },
): void {
  const { detector } = readers.consumers
  starting.use(
    every(
      MINUTE,
      clock,
      async () => void (await cases.closeRecovered(clock.now())),
      (error) => logger.error({ err: error }, 'recovered cases could not be closed'),
    ),
  )
  starting.use(
    startAlarmTimers({
      clock,
      failed: (error) => logger.error({ err: error }, 'alarm timers are late'),
      alarms: {
        runTimers: async (failed) =>
          detector?.atHead() === true ? await alarms.runTimers(failed) : 0,
      },
    }),
  )
}
