import type { Alarms } from './alarms/alarms.ts'
import { createAlarms } from './alarms/create-alarms.ts'
import { createFloodSource } from './alarms/flood-source.ts'
import { startAlarmTimers } from './alarms/start-alarm-timers.ts'
import { createTopologySource } from './alarms/topology/source.ts'
import { announcer } from './annunciation/announce.ts'
import { deskFor } from './annunciation/catalogue.ts'
import { createCaseWork, type CaseWork, type CaseWorkParts } from './case-work.ts'
import type { ActiveConfiguration } from './configuration/active.ts'
import { townOf } from './configuration/town.ts'
import type { OrganisationId } from './domain/ids.ts'
import { acknowledgeAtSource } from './gateway/acknowledge-at-source.ts'
import { acknowledgedAtSource, takenAtSource } from './gateway/acknowledged-at-source.ts'
import type { DetectionParts } from './ingest/detection.ts'
import type { Readers } from './ingest/readers.ts'
import type { PortParts } from './ports.ts'

export interface Work {
  readonly alarms: Alarms
  readonly caseWork: CaseWork
  /** Acknowledges here what was acknowledged at its source. */
  readonly heard: NonNullable<DetectionParts['heard']>
}

/** Who watches what no desk takes: everybody who has the console open. */
const CONSOLE_DESK = 'console'

/** Alarms and cases know each other only through the effects that one hands the other. */
export function createWork(ports: PortParts, parts: CaseWorkParts): Work {
  const { clock } = ports
  const { database, current } = parts
  const loaded = (organisation: OrganisationId): ActiveConfiguration =>
    current.loaded(organisation)
  const caseWork = createCaseWork(ports, parts)
  const tellDesks = announcer({ catalogueNow: loaded })
  const alarms = createAlarms({
    database,
    clock,
    effects: {
      ...caseWork.cases.effects,
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
    caseWork,
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
 * Lets time pass for alarms: shelves and holds end. Not before the detector has caught up: what it
 * has yet to say may explain what would be told.
 */
export function startAlarmTime(
  { clock, logger }: PortParts,
  starting: AsyncDisposableStack,
  { alarms, readers }: Pick<Work, 'alarms'> & { readonly readers: Readers },
): void {
  const { detector } = readers.consumers
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
