import type { ScopedQueries, UnitOfWork } from '../../database/database.ts'
import { Problem } from '../../domain/problem.ts'
import { durationUs, earlier, HOUR, type TimeUs } from '../../domain/time.ts'
import { caseRow, type CaseRow } from '../case-row.ts'
import { rootOf } from '../change.ts'

/** A fault that comes back this soon after its case closed is told to belong to it. */
const RECURRENCE = durationUs(14 * 24 * HOUR)

/** The open case of that join class on that asset; the unique index allows one. */
export async function openCaseAt(
  query: ScopedQueries,
  asset: string,
  joinClass: string,
): Promise<CaseRow | undefined> {
  const stored = await query
    .selectFrom('case')
    .selectAll()
    .where('asset', '=', asset)
    .where('join_class', '=', joinClass)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  return stored === undefined ? undefined : caseRow(stored)
}

/**
 * The open case that a fault on this asset belongs to: its own, the one that its own was merged
 * into, or the group that the asset was gathered into. A storm's case is nobody's own: what comes
 * after the storm stands for itself.
 */
export async function caseFor(
  query: ScopedQueries,
  asset: string,
  joinClass: string,
): Promise<CaseRow | undefined> {
  return (
    (await openCaseAt(query, asset, joinClass)) ??
    (await mergedAt(query, asset, joinClass)) ??
    (await groupAt(query, asset, joinClass))
  )
}

async function mergedAt(
  query: ScopedQueries,
  asset: string,
  joinClass: string,
): Promise<CaseRow | undefined> {
  const { root } = (await lastMergedAt(query, asset, joinClass)) ?? {}
  return root?.closed_at === null && root.kind !== 'storm' ? root : undefined
}

/** The case on this asset that lies in the open case of a storm; undefined for none. */
export async function inStormAt(
  query: ScopedQueries,
  asset: string,
  joinClass: string,
): Promise<CaseRow | undefined> {
  const { own, root } = (await lastMergedAt(query, asset, joinClass)) ?? {}
  return root?.closed_at === null && root.kind === 'storm' ? own : undefined
}

async function lastMergedAt(
  query: ScopedQueries,
  asset: string,
  joinClass: string,
): Promise<{ readonly own: CaseRow; readonly root: CaseRow } | undefined> {
  const stored = await query
    .selectFrom('case')
    .selectAll()
    .where('asset', '=', asset)
    .where('join_class', '=', joinClass)
    .whereRef('root', '<>', 'id')
    .orderBy('closed_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (stored === undefined) return undefined
  const own = caseRow(stored)
  return { own, root: await rootOf(query, own) }
}

async function groupAt(
  query: ScopedQueries,
  asset: string,
  joinClass: string,
): Promise<CaseRow | undefined> {
  const stored = await query
    .selectFrom('case_asset')
    .innerJoin('case', 'case.id', 'case_asset.case')
    .selectAll('case')
    .where('case_asset.asset', '=', asset)
    .where('case.join_class', '=', joinClass)
    .where('case.closed_at', 'is', null)
    .orderBy('case.opened_at')
    .limit(1)
    .executeTakeFirst()
  return stored === undefined ? undefined : caseRow(stored)
}

/** The case of this fault that was closed within the last 14 days, the latest of several. */
export async function recentCaseAt(
  query: ScopedQueries,
  fault: {
    readonly asset: string | null
    readonly joinClass: string
    readonly now: TimeUs
  },
): Promise<CaseRow | undefined> {
  if (fault.asset === null) return undefined
  const since = earlier(fault.now, RECURRENCE)
  const stored = await query
    .selectFrom('case')
    .selectAll()
    .where('asset', '=', fault.asset)
    .where('join_class', '=', fault.joinClass)
    .where('closed_at', '>=', since)
    .where('state', 'in', ['closed', 'reopen_requested'])
    .orderBy('closed_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (stored === undefined) return undefined
  const root = await rootOf(query, caseRow(stored))
  const { state, closed_at } = root
  const recent = closed_at !== null && closed_at >= since && state !== 'hidden'
  return recent ? root : undefined
}

/** Throws Problem conflict: only one case of a join class may be open on an asset. */
export async function checkReopening(
  work: UnitOfWork,
  row: Pick<CaseRow, 'id' | 'asset' | 'join_class'>,
): Promise<void> {
  if (row.asset === null) return
  const open = await openCaseAt(work.query, row.asset, row.join_class)
  if (open === undefined || open.id === row.id) return
  throw new Problem({
    kind: 'conflict',
    what: `The same fault has an open case already: ${open.number}.`,
    where: 'to',
    next: 'Go on in that case, or merge this one into it.',
    facts: { case: open.id, number: open.number },
  })
}
