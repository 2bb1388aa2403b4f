import type { Database } from '../../database/database.ts'
import type { BacktestJob } from '../../rules/backtest/job.ts'
import { citizenReports } from './citizen-reports.ts'
import { judgedAlarms } from './judged-alarms.ts'
import type { PastRange } from './past.ts'

/** What people and cases say of the watched assets in the range, for a run to be held against. */
export async function heldAgainst(
  database: Database,
  range: PastRange,
  of: {
    readonly rule: string
    readonly faultClass: string
    readonly assets: ReadonlySet<string>
  },
): Promise<Pick<BacktestJob, 'reports' | 'judged' | 'onlyOldest'>> {
  const reports = await citizenReports(database, range, of.assets)
  const judged = await judgedAlarms(database, range, of)
  return {
    reports: reports.list,
    judged: judged.list,
    onlyOldest: [
      ...(reports.more ? (['reports'] as const) : []),
      ...(judged.more ? (['cases'] as const) : []),
    ],
  }
}
