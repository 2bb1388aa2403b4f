import type { OrganisationId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'

/** What came of running rules over the past. */
export interface BacktestTables {
  /** The newest 200 of an organisation. */
  backtest: {
    organisation: OrganisationId
    id: string
    /** Slug of the rule. */
    rule: string
    /** SHA-256 of the draft's canonical text; of `{}` when the rule was tried as it is in force. */
    hash: string
    from_at: TimeUs
    to_at: TimeUs
    /** JSON, at most 1 MB. */
    report: string
    author: string
    at: TimeUs
  }
}
