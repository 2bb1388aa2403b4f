import type { ScopedQueries, UnitOfWork } from '../../database/database.ts'
import { Problem } from '../../domain/problem.ts'
import { checkActing } from '../acting.ts'
import type { CaseRow } from '../case-row.ts'
import { viewOf } from '../case-views.ts'
import type { Cases } from '../cases.ts'
import { caseById, changeCase, touchCase, type Change } from '../change.ts'
import { lastMoveTo, readEvents, type StoredEvent } from '../events.ts'
import { checkReopening } from '../join/find.ts'
import type { OwnParts } from '../parts.ts'
import { checkVersion } from '../workflow/check-move.ts'
import { moves, settled } from '../workflow/table.ts'

/** Cases of a tree that are looked up at once. */
const AT_ONCE = 500

/** Takes a case out of the one it was merged into: it stands as it stood before, and so does what lies in it. */
export function unmergeCase(parts: OwnParts): Cases['unmerge'] {
  return async (organisation, id, { version, by }) => {
    const catalogue = await parts.catalogue(organisation)
    const at = parts.clock.now()
    return await parts.database.write(organisation, 'normal', async (work) => {
      const row = await caseById(work.query, id)
      // Those who have the other one may find that it does not belong there.
      await checkActing(work, parts, by, id, row.root)
      checkVersion({ ...row, priorState: row.prior_state }, { version, by })
      if (moves.closed.assigned?.roles.includes(by.role) !== true) {
        throw refused('Your role cannot open a case again, and this does.')
      }
      const link = await linkOf(work.query, id)
      if (link === undefined) throw refused('The case lies in no other one.')
      const merged = await mergedEvent(work.query, row)
      const state = merged.data.from ?? 'received'
      if (!settled.has(state)) await checkReopening(work, row)
      await work.query
        .updateTable('case_merge')
        .set({ undone_at: at, undone_by: by.name })
        .where('id', '=', link.id)
        .execute()
      await bringAlong(work, id)
      const changed = await changeCase(work, row, {
        state,
        at,
        root: id,
        verify: row.verify === 1,
        ...(await closingOf(work.query, row, state)),
      })
      const event = { actor: by.name, at } as const
      await parts.append(work, id, {
        kind: 'unmerged',
        ...event,
        visibility: 'public',
        data: { into: link.into, from: 'closed', to: state },
      })
      await touchCase(work, await caseById(work.query, link.into), {
        category: row.category,
        at,
      })
      await parts.append(work, link.into, {
        kind: 'released',
        ...event,
        visibility: 'internal',
        data: { other: id },
      })
      return await viewOf(work.query, catalogue, changed)
    })
  }
}

async function linkOf(
  query: ScopedQueries,
  id: string,
): Promise<{ readonly id: string; readonly into: string } | undefined> {
  return await query
    .selectFrom('case_merge')
    .select(['id', 'into'])
    .where('case', '=', id)
    .where('undone_at', 'is', null)
    .executeTakeFirst()
}

async function mergedEvent(query: ScopedQueries, row: CaseRow): Promise<StoredEvent> {
  const events = await readEvents(query, row.id, { publicOnly: false, limit: 500 })
  const merged = events.findLast(({ kind }) => kind === 'merged')
  if (merged === undefined) throw new Error(`case ${row.id} lies in one it never went to`)
  return merged
}

/** What was merged into it before it was merged itself comes along. */
async function bringAlong(work: UnitOfWork, id: string): Promise<void> {
  let level: readonly string[] = [id]
  while (level.length > 0) {
    const next: string[] = []
    for (let from = 0; from < level.length; from += AT_ONCE) {
      const rows = await work.query
        .selectFrom('case_merge')
        .select('case')
        .where('into', 'in', level.slice(from, from + AT_ONCE))
        .where('undone_at', 'is', null)
        .execute()
      next.push(...rows.map((row) => row.case))
    }
    for (let from = 0; from < next.length; from += AT_ONCE) {
      await work.query
        .updateTable('case')
        .set({ root: id })
        .where('id', 'in', next.slice(from, from + AT_ONCE))
        .execute()
    }
    level = next
  }
}

/** One that was asked to be opened again is closed as it was. */
async function closingOf(
  query: ScopedQueries,
  row: CaseRow,
  state: CaseRow['state'],
): Promise<Partial<Change>> {
  if (state !== 'reopen_requested') return {}
  const closed = await lastMoveTo(query, row.id, 'closed')
  const reason = closed?.data.reason
  if (closed === undefined || reason === undefined) return {}
  return {
    closed_at: closed.at,
    closing: { reason, text: closed.data.text ?? null },
  }
}

function refused(what: string): Problem {
  return new Problem({
    kind: 'conflict',
    what,
    where: 'id',
    next: 'Look at the case again.',
  })
}
