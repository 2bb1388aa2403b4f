import type { Database } from '../../database/database.ts'
import type { CitizenReport } from '../../rules/backtest/job.ts'
import { oldestOf, type Held } from './oldest-of.ts'
import type { PastRange } from './past.ts'

/** What people told of these assets in the range, in the order of time; no reports by alarms. */
export async function citizenReports(
  database: Database,
  { organisation, from, to }: PastRange,
  assets: ReadonlySet<string>,
): Promise<Held<CitizenReport>> {
  const { list, more } = await oldestOf({ from, assets }, (behind, atMost) =>
    database
      .read(organisation)
      .selectFrom('report')
      .select(['id', 'asset', 'received_at as at'])
      .where('asset', 'is not', null)
      .where('occurrence', 'is', null)
      .where('received_at', '>=', behind.at)
      .where((where) =>
        where.or([where('received_at', '>', behind.at), where('id', '>', behind.id)]),
      )
      .where('received_at', '<', to)
      .orderBy('received_at')
      .orderBy('id')
      .limit(atMost)
      .execute(),
  )
  return { list: list.map(({ asset, at }) => ({ asset, at })), more }
}
