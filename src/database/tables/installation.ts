import type { Generated } from 'kysely'
import type { OrganisationId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'

/** The installation itself, its organisations, and how far each consumer of the log has come. */
export interface InstallationTables {
  installation: { key: string; value: string }
  organisation: {
    organisation: OrganisationId
    name: string
    timezone: string
    languages: string
    created_at: TimeUs
    /** Serialises feed numbers: see unit-of-work.ts. */
    last_feed: Generated<number>
  }
  /** A consumer's place in the log, kept with its effects. */
  checkpoint: { consumer: string; position: string; saved_at: TimeUs }
}
