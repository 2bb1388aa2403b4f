import type { UnitOfWork } from '../../database/database.ts'
import { Problem } from '../../domain/problem.ts'
import type { TimeUs } from '../../domain/time.ts'
import { checkActing } from '../acting.ts'
import type { CaseRow } from '../case-row.ts'
import { viewOf } from '../case-views.ts'
import type { Cases } from '../cases.ts'
import { caseById, changeCase, checkOwn, rootOf, touchCase } from '../change.ts'
import { derivedId } from '../../database/derived-id.ts'
import type { OwnParts } from '../parts.ts'
import { checkVersion } from '../workflow/check-move.ts'
import { moves, settled } from '../workflow/table.ts'

/** Puts a case into another one, which from then on speaks for it. */
export function mergeCases(parts: OwnParts): Cases['merge'] {
  return async (organisation, id, { version, by, into }) => {
    const catalogue = await parts.catalogue(organisation)
    const at = parts.clock.now()
    return await parts.database.write(organisation, 'normal', async (work) => {
      const row = await caseById(work.query, id)
      await checkActing(work, parts, by, id)
      checkOwn(row)
      const standing = { ...row, priorState: row.prior_state }
      checkVersion(standing, { version, by })
      if (moves[row.state].closed?.roles.includes(by.role) === false) {
        throw refused('Your role cannot close this case, and merging does.', 'to')
      }
      const changed = await mergeInto(work, parts, { row, into, at, actor: by.name })
      return await viewOf(work.query, catalogue, changed)
    })
  }
}

interface Merging {
  readonly row: CaseRow
  readonly at: TimeUs
  readonly actor: string
}

/** The same with the other case by id; one that was merged itself stands for its root. */
export async function mergeInto(
  work: UnitOfWork,
  parts: Pick<OwnParts, 'append'>,
  { into, ...merging }: Merging & { readonly into: string },
): Promise<CaseRow> {
  const target = await rootOf(work.query, await targetOf(work, into))
  return await putInto(work, parts, { ...merging, into: target })
}

async function targetOf(work: UnitOfWork, into: string): Promise<CaseRow> {
  try {
    return await caseById(work.query, into)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    throw new Problem({ ...error.details, where: 'into' })
  }
}

/**
 * `row` lies in `into` until that is undone, with everything that lies in it. Only the link and what
 * the case says of itself change: numbers, reports and followers stay where they were. Those who
 * follow it hear of it before they hear of anything else of the other one.
 */
export async function putInto(
  work: UnitOfWork,
  { append }: Pick<OwnParts, 'append'>,
  { row, into, at, actor }: Merging & { readonly into: CaseRow },
): Promise<CaseRow> {
  checkPair(row, into)
  await work.query
    .insertInto('case_merge')
    .values({
      organisation: work.organisation,
      id: derivedId('merge', row.id, row.version),
      case: row.id,
      into: into.id,
      at,
      actor,
      undone_at: null,
      undone_by: null,
    })
    .execute()
  // Before the link is made: afterwards its followers are the other one's too.
  await append(work, row.id, {
    kind: 'merged',
    actor,
    at,
    visibility: 'public',
    data: { into: into.id, from: row.state, to: 'closed', reason: 'duplicate' },
  })
  const changed = await changeCase(work, row, {
    state: 'closed',
    at,
    verify: row.verify === 1,
    closed_at: at,
    closing: { reason: 'duplicate', text: null },
    root: into.id,
  })
  await work.query
    .updateTable('case')
    .set({ root: into.id })
    .where('root', '=', row.id)
    .execute()
  await touchCase(work, into, { category: row.category, at })
  await append(work, into.id, {
    kind: 'absorbed',
    actor,
    at,
    visibility: 'internal',
    data: { other: row.id },
  })
  return changed
}

function checkPair(row: CaseRow, into: CaseRow): void {
  if (row.id === into.id) throw refused('A case cannot be merged into itself.', 'into')
  if (row.state === 'closed' || row.state === 'hidden') {
    throw refused('What is closed or hidden is not merged.', 'id')
  }
  if (settled.has(into.state)) {
    throw refused('The other case is closed or hidden.', 'into')
  }
}

function refused(what: string, where: string): Problem {
  return new Problem({
    kind: 'conflict',
    what,
    where,
    next: 'Choose two cases that are open.',
  })
}
