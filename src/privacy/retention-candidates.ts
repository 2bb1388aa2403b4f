import type { ScopedQueries } from '../database/database.ts'
import { timeUs, type TimeUs } from '../domain/time.ts'
import { heldAmong } from './holds.ts'
import { addMonths } from './months.ts'
import {
  isDue,
  ruleFor,
  shortest,
  type RetentionRule,
  type Step,
} from './retention-rule.ts'
import { standing, withContacts } from './standing.ts'

/** Cases looked at in one query. */
const pageSize = 500

/** A case whose time has come, by which rule. */
export interface DueCase {
  readonly id: string
  readonly rule: string
}

export interface DuePage {
  readonly due: readonly DueCase[]
  /** Where the next page begins; undefined after the last one. */
  readonly next: Cursor | undefined
}

export interface Cursor {
  readonly closedAt: TimeUs
  readonly id: string
}

export interface DueParts {
  readonly rules: readonly RetentionRule[]
  readonly step: Step
  readonly now: TimeUs
}

/** One page of closed cases in the order of their closing, of them those that are due and not held. */
export async function duePage(
  query: ScopedQueries,
  { rules, step, now }: DueParts,
  from: Cursor | undefined,
): Promise<DuePage> {
  const months = shortest(rules, step)
  if (months === undefined) return { due: [], next: undefined }
  let page = closedCases(query, step)
    .where('case.closed_at', '<=', addMonths(now, -months))
    .orderBy('case.closed_at')
    .orderBy('case.id')
    .limit(pageSize)
  if (from !== undefined) {
    // Said first by itself, so that the index begins there.
    page = page
      .where('case.closed_at', '>=', from.closedAt)
      .where((eb) =>
        eb.or([
          eb('case.closed_at', '>', from.closedAt),
          eb.and([eb('case.closed_at', '=', from.closedAt), eb('case.id', '>', from.id)]),
        ]),
      )
  }
  const rows = await page.execute()
  const due = chosen(rows, { rules, step, now })
  const held = await heldAmong(
    query,
    due.map(({ id }) => id),
  )
  const last = rows.length < pageSize ? undefined : rows.at(-1)
  return {
    due: due.filter(({ id }) => !held.has(id)),
    next:
      last === undefined || last.own_closed_at === null
        ? undefined
        : { closedAt: last.own_closed_at, id: last.id },
  }
}

/** Of these cases the ones that are still due: asked again inside the transaction that erases. */
export async function stillDue(
  query: ScopedQueries,
  parts: DueParts,
  ids: readonly string[],
): Promise<readonly DueCase[]> {
  const rows = await closedCases(query, parts.step).where('case.id', 'in', ids).execute()
  const due = chosen(rows, parts)
  const held = await heldAmong(
    query,
    due.map(({ id }) => id),
  )
  return due.filter(({ id }) => !held.has(id))
}

/** A merged case was closed when it was merged and when the one it ends in was closed: the later counts. */
function closedCases(query: ScopedQueries, step: Step) {
  return (step === 'contacts' ? withContacts(query) : standing(query))
    .innerJoin('case as ends', 'ends.id', 'case.root')
    .select(['case.id', 'case.category', 'case.matter'])
    .select(['case.closed_at as own_closed_at', 'ends.closed_at'])
    .select('ends.closing_reason')
    .where('case.closed_at', 'is not', null)
    .where('ends.closed_at', 'is not', null)
}

interface Row {
  readonly id: string
  readonly category: string
  readonly matter: string
  readonly closing_reason: string | null
  readonly own_closed_at: TimeUs | null
  readonly closed_at: TimeUs | null
}

function chosen(rows: readonly Row[], { rules, step, now }: DueParts): readonly DueCase[] {
  return rows.flatMap(({ id, own_closed_at: own, closed_at: end, ...rest }) => {
    if (own === null || end === null) return []
    const closed = { ...rest, closed_at: timeUs(Math.max(own, end)) }
    const rule = ruleFor(rules, closed)
    return rule !== undefined && isDue(rule, step, closed, now)
      ? [{ id, rule: rule.name }]
      : []
  })
}
