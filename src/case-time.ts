import { oldChanges } from './api/stream/forget-feed.ts'
import { oldAbsences, oldGrants } from './assignment/forget-absences.ts'
import { startAssignmentTimers } from './assignment/start-assignment-timers.ts'
import type { CaseWork, CaseWorkParts } from './case-work.ts'
import { routesOf } from './cases/route.ts'
import { startPlacing } from './cases/intake/start-placing.ts'
import { systemClock } from './clock.ts'
import { oldDeliveries } from './delivery/forget-deliveries.ts'
import { oldLetters } from './delivery/forget-letters.ts'
import { every } from './domain/every.ts'
import type { OrganisationId } from './domain/ids.ts'
import { HOUR, MINUTE } from './domain/time.ts'
import { startForgetting } from './forgetting/start-forgetting.ts'
import { oldLinks } from './identity/forget-links.ts'
import { oldKnownLetters } from './mailbox/rows.ts'
import { startPhotoSweep } from './photos/sweep.ts'
import type { PortParts } from './ports.ts'
import { emptyWal, forgetFreedPages } from './privacy/forget-freed-pages.ts'
import { sealForGood } from './privacy/seal-plain-rows.ts'
import { watchRoutes } from './routing/watch-routes.ts'
import { startRetention } from './privacy/start-retention.ts'
import { startDeadlineTimers } from './service-levels/start-deadline-timers.ts'

export interface CaseTimeParts
  extends Pick<PortParts, 'clock' | 'logger'>, Omit<CaseWorkParts, 'secret'> {
  /** Of the embedded database. */
  readonly file: string
}

/** Lets time do what it does to cases: absences, deadlines, waiting, retention. */
export function startCaseTime(
  parts: CaseTimeParts,
  starting: AsyncDisposableStack,
  work: CaseWork,
): void {
  const { clock, logger, configurations, current } = parts
  const { cases, assignments, deadlines, privacy } = work
  startSweeping(parts, starting, work)
  startWatching(parts, starting)
  const organisations = (): Promise<readonly OrganisationId[]> =>
    configurations.organisations()
  const late =
    (what: string) =>
    (error: unknown): void =>
      logger.error({ err: error }, what)
  starting.use(
    startPlacing({ cases, clock, failed: late('accepted reports could not be placed') }),
  )
  const closeAndWait = async (): Promise<void> => {
    await cases.closeRecovered(clock.now())
    await cases.waitNoLonger(clock.now())
    await cases.closeExpired(clock.now())
  }
  starting.use(
    every(MINUTE, clock, closeAndWait, late('cases could not be closed in time')),
  )
  starting.use(
    startAssignmentTimers({
      assignments,
      organisations,
      clock,
      failed: late('absences are late'),
    }),
  )
  starting.use(
    startDeadlineTimers({
      timers: deadlines,
      organisations,
      catalogue: (organisation) => current.load(organisation),
      clock,
      failed: late('deadlines are late'),
    }),
  )
  starting.use(
    startRetention({
      clock,
      privacy,
      organisations,
      done: (organisation, counts) =>
        logger.info({ organisation, counts }, 'retention has erased'),
      failed: late('retention is late'),
    }),
  )
}

/** Tells the operator of routes that are broken. */
function startWatching(
  { clock, logger, configurations, current }: CaseTimeParts,
  starting: AsyncDisposableStack,
): void {
  starting.use(
    watchRoutes({
      organisations: () => configurations.organisations(),
      routesOf: async (organisation) => routesOf(await current.load(organisation)),
      clock,
      broken: (organisation, routes) =>
        logger.warn(
          { organisation, routes },
          'routes are broken: what they take is triaged',
        ),
      failed: (error) => logger.error({ err: error }, 'routes could not be looked at'),
    }),
  )
}

/** Keeps the disk free of what is over: erased photos, old letters, the WAL of the embedded database. */
function startSweeping(
  { clock, logger, database, configurations, file }: CaseTimeParts,
  starting: AsyncDisposableStack,
  { photos }: Pick<CaseWork, 'photos'>,
): void {
  const organisations = (): Promise<readonly OrganisationId[]> =>
    configurations.organisations()
  starting.use(
    startPhotoSweep({
      database,
      files: photos.files,
      clock,
      realTime: systemClock,
      organisations,
      failed: (error) => logger.error({ err: error }, 'photos could not be swept'),
      found: (finding) => logger.warn(finding, 'photos were swept'),
    }),
  )
  starting.use(
    startForgetting({
      database,
      clock,
      organisations,
      tables: [
        oldLetters,
        oldDeliveries,
        oldKnownLetters,
        oldGrants,
        oldAbsences,
        oldLinks,
        oldChanges,
      ],
      failed: (error) => logger.error({ err: error }, 'what is old could not be forgotten'),
    }),
  )
  if (database.dialect === 'sqlite') {
    const empty = async (): Promise<void> => void emptyWal(file)
    const failed = (error: unknown): void =>
      logger.error({ err: error }, 'the WAL could not be emptied')
    starting.use(every(HOUR, clock, empty, failed))
  }
}

/** Seals what an earlier version kept in the clear, before anybody is served. */
export async function sealWhatIsOpen(
  {
    database,
    configurations,
    file,
  }: Pick<CaseTimeParts, 'database' | 'configurations' | 'file'>,
  personal: CaseWork['personal'],
): Promise<void> {
  const organisations = await configurations.organisations()
  await sealForGood(database, {
    personal,
    organisations,
    ...(database.dialect === 'sqlite' && { rewrite: () => forgetFreedPages(file) }),
  })
}
