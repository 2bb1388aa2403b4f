import type { Database } from '../../database/database.ts'
import type { CitizenReport } from '../../rules/backtest/job.ts'
import type { PastRange } from './past.ts'

/** The oldest of a range; more are not matched. */
const mostReports = 10_000

/** What people told of these assets in the range, in the order of time; no reports by alarms. */
export async function citizenReports(
  database: Database,
  { organisation, from, to }: PastRange,
  assets: ReadonlySet<string>,
): Promise<readonly CitizenReport[]> {
  const rows = await database
    .read(organisation)
    .selectFrom('report')
    .select(['asset', 'received_at'])
    .where('asset', 'is not', null)
    .where('occurrence', 'is', null)
    .where('received_at', '>=', from)
    .where('received_at', '<', to)
    .orderBy('received_at')
    .orderBy('id')
    .limit(mostReports)
    .execute()
  return rows.flatMap(({ asset, received_at: at }) =>
    asset !== null && assets.has(asset) ? [{ asset, at }] : [],
  )
}
