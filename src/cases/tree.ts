import type { ScopedQueries, UnitOfWork } from '../database/database.ts'
import type { ClosingReason } from './views.ts'
import { reasons } from './workflow/reasons.ts'

/**
 * What is known of a case together with those that were merged into it. `root` is the id of a case
 * that stands for itself.
 */

/** Writes what the case came to into the occurrences that belong to it; null takes it back. */
export async function labelOccurrences(
  work: UnitOfWork,
  root: string,
  reason: ClosingReason | null,
): Promise<void> {
  await work.query
    .updateTable('occurrence')
    .set({ outcome: reason === null ? null : reasons[reason].outcome })
    .where('id', 'in', (select) =>
      select
        .selectFrom('report')
        .innerJoin('case', 'case.id', 'report.case')
        .select('report.occurrence')
        .where('case.root', '=', root)
        .where('report.occurrence', 'is not', null)
        .$narrowType<{ occurrence: string }>(),
    )
    .execute()
}

/** Alarms that stand now, at most 100; `except` leaves one out. */
export async function activeAlarms(
  work: UnitOfWork,
  root: string,
  except?: string,
): Promise<
  readonly { readonly alarm: string; readonly asset: string; readonly occurrence: string }[]
> {
  return await work.query
    .selectFrom('report')
    .innerJoin('case', 'case.id', 'report.case')
    .innerJoin('occurrence', 'occurrence.id', 'report.occurrence')
    .innerJoin('alarm', 'alarm.id', 'occurrence.alarm')
    .select(['alarm.id as alarm', 'alarm.asset', 'occurrence.id as occurrence'])
    .distinct()
    .whereRef('alarm.occurrence', '=', 'occurrence.id')
    .where('case.root', '=', root)
    .where('alarm.condition', '=', 'active')
    .where('alarm.id', '<>', except ?? '')
    .orderBy('alarm.id')
    .limit(100)
    .execute()
}

/** Has a person reported it, through any door? */
export async function hasPerson(query: ScopedQueries, root: string): Promise<boolean> {
  return await hasReport(query, root, 'person')
}

/** Has an alarm said it too? */
export async function foundBySensor(query: ScopedQueries, root: string): Promise<boolean> {
  return await hasReport(query, root, 'alarm')
}

async function hasReport(
  query: ScopedQueries,
  root: string,
  by: 'person' | 'alarm',
): Promise<boolean> {
  const row = await query
    .selectFrom('report')
    .innerJoin('case', 'case.id', 'report.case')
    .select('report.id')
    .where('case.root', '=', root)
    .where('report.source', by === 'alarm' ? '=' : '<>', 'alarm')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Can anybody who reported it be asked something? */
export async function hasReachable(query: ScopedQueries, root: string): Promise<boolean> {
  const row = await query
    .selectFrom('subscriber')
    .innerJoin('case', 'case.id', 'subscriber.case')
    .select('subscriber.id')
    .where('case.root', '=', root)
    .where('subscriber.wants_updates', '=', 1)
    .where('subscriber.ended_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
