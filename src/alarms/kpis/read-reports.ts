import type { ScopedQueries } from '../../database/database.ts'
import { type TimeUs, timeUs } from '../../domain/time.ts'
import type { ReportFact } from './facts.ts'

export interface Between {
  readonly from: TimeUs
  /** Not included. */
  readonly to: TimeUs
}

/** What people reported first of each case, and since when an alarm told of the same. */
export async function readReports(
  query: ScopedQueries,
  between: Between,
  isMonitored: (asset: string) => boolean,
): Promise<readonly ReportFact[]> {
  const rows = await firstReports(query, between)
  return rows.map(({ at, asset, in_case: inCase, on_asset: onAsset }) => {
    const monitored = asset !== null && isMonitored(asset)
    return { at, asset, monitored, raisedAt: earliest(inCase, onAsset) }
  })
}

/** The first report of each case, with the first raise of the case and of what stood on its asset then. */
function firstReports(query: ScopedQueries, { from, to }: Between) {
  return query
    .selectFrom('report')
    .innerJoin('case', 'case.id', 'report.case')
    .select(['report.received_at as at', 'case.asset'])
    .select((eb) => [
      eb
        .selectFrom('occurrence')
        .select(({ fn }) => fn.min('occurrence.raised_at').as('raised_at'))
        .whereRef('occurrence.organisation', '=', 'report.organisation')
        .whereRef('occurrence.case', '=', 'case.id')
        .as('in_case'),
      eb
        .selectFrom('occurrence')
        .innerJoin('alarm', (join) =>
          join
            .onRef('alarm.organisation', '=', 'occurrence.organisation')
            .onRef('alarm.id', '=', 'occurrence.alarm'),
        )
        .select(({ fn }) => fn.min('occurrence.raised_at').as('raised_at'))
        .whereRef('occurrence.organisation', '=', 'report.organisation')
        .whereRef('alarm.asset', '=', 'case.asset')
        .whereRef('occurrence.raised_at', '<=', 'report.received_at')
        .where((on) =>
          on.or([
            on('occurrence.closed_at', 'is', null),
            on('occurrence.closed_at', '>=', on.ref('report.received_at')),
          ]),
        )
        .as('on_asset'),
    ])
    .where('report.source', '!=', 'alarm')
    .where('report.received_at', '>=', from)
    .where('report.received_at', '<', to)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('report as earlier')
            .select('earlier.id')
            .whereRef('earlier.organisation', '=', 'report.organisation')
            .whereRef('earlier.case', '=', 'report.case')
            .where('earlier.source', '!=', 'alarm')
            .where((on) =>
              on.or([
                on('earlier.received_at', '<', on.ref('report.received_at')),
                on.and([
                  on('earlier.received_at', '=', on.ref('report.received_at')),
                  on('earlier.id', '<', on.ref('report.id')),
                ]),
              ]),
            ),
        ),
      ),
    )
    .execute()
}

function earliest(...times: readonly (TimeUs | null)[]): TimeUs | null {
  const known = times.filter((time) => time !== null)
  return known.length === 0 ? null : timeUs(Math.min(...known))
}
