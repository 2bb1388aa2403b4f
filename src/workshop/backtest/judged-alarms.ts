import type { Database } from '../../database/database.ts'
import type { JudgedAlarm } from '../../rules/backtest/job.ts'
import { oldestOf, type Held } from './oldest-of.ts'
import type { PastRange } from './past.ts'

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
): Promise<Held<JudgedAlarm>> {
  const { rule, faultClass, assets } = of
  const { list, more } = await oldestOf({ from, assets }, (behind, atMost) =>
    database
      .read(organisation)
      .selectFrom('occurrence')
      .innerJoin('alarm', 'alarm.id', 'occurrence.alarm')
      .select(['alarm.asset', 'occurrence.raised_at as at', 'occurrence.cleared_at'])
      .select(['occurrence.id', 'occurrence.outcome'])
      .where('occurrence.outcome', 'is not', null)
      .where('occurrence.raised_at', '>=', behind.at)
      .where((where) =>
        where.or([
          where('occurrence.raised_at', '>', behind.at),
          where('occurrence.id', '>', behind.id),
        ]),
      )
      .where('occurrence.raised_at', '<', to)
      .where((where) =>
        where.or([
          where('alarm.rule', '=', rule),
          where('alarm.fault_class', '=', faultClass),
        ]),
      )
      .orderBy('occurrence.raised_at')
      .orderBy('occurrence.id')
      .limit(atMost)
      .execute(),
  )
  const judged = list.map(({ asset, at, cleared_at: cleared, outcome }) => {
    return { asset, from: at, to: cleared ?? to, real: outcome === 'real' }
  })
  return { list: judged, more }
}
