import type { Database } from '../../database/database.ts'
import type { JudgedAlarm } from '../../rules/backtest/job.ts'
import type { PastRange } from './past.ts'

/** The oldest of a range; more are not matched. */
const MOST = 10_000

/**
 * Past alarms of the rule, and of others for the same fault, on these assets, of which a case has said what
 * there was to them, in the order of time.
 */
export async function judgedAlarms(
  database: Database,
  { organisation, from, to }: PastRange,
  of: {
    readonly rule: string
    readonly faultClass: string
    readonly assets: ReadonlySet<string>
  },
): Promise<readonly JudgedAlarm[]> {
  const { rule, faultClass, assets } = of
  const rows = await database
    .read(organisation)
    .selectFrom('occurrence')
    .innerJoin('alarm', 'alarm.id', 'occurrence.alarm')
    .select(['alarm.asset', 'occurrence.raised_at', 'occurrence.cleared_at'])
    .select('occurrence.outcome')
    .where('occurrence.outcome', 'is not', null)
    .where('occurrence.raised_at', '>=', from)
    .where('occurrence.raised_at', '<', to)
    .where((where) =>
      where.or([
        where('alarm.rule', '=', rule),
        where('alarm.fault_class', '=', faultClass),
      ]),
    )
    .orderBy('occurrence.raised_at')
    .orderBy('occurrence.id')
    .limit(MOST)
    .execute()
  return rows.flatMap(({ asset, raised_at, cleared_at, outcome }) =>
    assets.has(asset)
      ? [{ asset, from: raised_at, to: cleared_at ?? to, real: outcome === 'real' }]
      : [],
  )
}
