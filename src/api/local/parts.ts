import type { Desks } from '../../annunciation/desks.ts'
import type { Backtests } from '../../workshop/backtest/backtests.ts'
import type { Database } from '../../database/database.ts'
import type { Clock } from '../../domain/clock.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import type { Configurations } from '../../configuration/active.ts'
import type { Identity } from '../../identity/identity.ts'
import type { LogRoom } from '../../ingest/log-retention.ts'
import type { Readers } from '../../ingest/readers.ts'
import type { ReadingLog } from '../../ingest/reading-log.ts'
import type { Assignments } from '../../assignment/assignments.ts'
import type { Forward } from '../../open311/forward.ts'
import type { ClientKeys } from '../../open311/keys.ts'
import type { Privacy } from '../../privacy/privacy.ts'
import type { ReadingStore } from '../../store/reading-store.ts'
import type { ConnectionHealth } from '../connection-view.ts'

/** What the commands at the machine itself work with. */
export interface LocalParts {
  readonly database: Database
  readonly configurations: Configurations
  readonly identity: Identity
  readonly log: ReadingLog
  readonly store: ReadingStore
  /** Those who read the log in this process. */
  readonly consumers: Readers['consumers']
  /** What the log holds and what is left for it; undefined until somebody has looked. */
  readonly logRoom: () => LogRoom | undefined
  /** Puts applied versions into force. */
  readonly activate: (organisation: OrganisationId) => Promise<void>
  /** What links in mails and on screens start with. */
  readonly baseUrl: () => string
  readonly clock: Clock
  readonly privacy: Privacy
  readonly assignments: Pick<Assignments, 'absences'>
  /** Keys of partners that speak Open311. */
  readonly clientKeys: ClientKeys
  /** Hands a case to a partner. */
  readonly forward: Forward
  /** Left out: nobody is told of anything here. */
  readonly desks?: Desks
  /** Left out: there is no history to try rules on. */
  readonly backtests?: Backtests
  /** How the connections are that this process holds; left out: it holds none. */
  readonly connections?: () => readonly ConnectionHealth[]
  /** Injects a fault into the running demo town; undefined where no town runs. */
  readonly town: () => ((fault: string) => void) | undefined
}
