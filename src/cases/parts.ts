import type { Database } from '../database/database.ts'
import type { Clock, Random } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { CaseCatalogue } from './catalogue.ts'
import type { EnqueueMail } from './mails.ts'

/** What cases stand on. */
export interface CasesParts {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  /** The installation's secret, at least 32 bytes; follow links are made with it. */
  readonly secret: Uint8Array
  /** Asked before a transaction is opened. */
  readonly catalogue: (organisation: OrganisationId) => Promise<CaseCatalogue>
  /** Asked inside the alarm's transaction, where only the database may be awaited. */
  readonly catalogueNow: (organisation: OrganisationId) => CaseCatalogue
  /** Left out: nobody gets mail. */
  readonly enqueueMail?: EnqueueMail
}
