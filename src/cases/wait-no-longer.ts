import type { UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'
import { caseRow, type CaseRow } from './case-row.ts'
import { changeCase } from './change.ts'
import type { OwnParts } from './parts.ts'

/** Cases of one round; the next round takes the others. */
const AT_ONCE = 500

/**
 * Ends waiting whose day is over: a question that nobody answered closes its case for lack of
 * information, and somebody outside who is silent is told of in the history. Looks at every
 * organisation; returns how many cases it moved or told of.
 */
export async function waitNoLonger(
  { database, append }: Pick<OwnParts, 'database' | 'append'>,
  now: TimeUs,
): Promise<number> {
  const due = await database.installation.query
    .selectFrom('case')
    .select(['organisation', 'id'])
    .where('closed_at', 'is', null)
    .where('state', 'in', ['waiting_reporter', 'waiting_external'])
    .where('answer_by', '<=', now)
    .orderBy('answer_by')
    .limit(AT_ONCE)
    .execute()
  let ended = 0
  for (const { organisation, id } of due) {
    if (await end({ database, append }, { organisation, id, now })) ended += 1
  }
  return ended
}

function end(
  { database, append }: Pick<OwnParts, 'database' | 'append'>,
  {
    organisation,
    id,
    now,
  }: { readonly organisation: OrganisationId; readonly id: string; readonly now: TimeUs },
): Promise<boolean> {
  return database.write(organisation, 'normal', async (work) => {
    const stored = await work.query
      .selectFrom('case')
      .selectAll()
      .where('id', '=', id)
      .where('state', 'in', ['waiting_reporter', 'waiting_external'])
      .where('answer_by', '<=', now)
      .executeTakeFirst()
    if (stored === undefined) return false
    const row = caseRow(stored)
    if (row.state === 'waiting_reporter') await giveUp(work, append, row, now)
    else await remind(work, append, row, now)
    return true
  })
}

async function giveUp(
  work: UnitOfWork,
  append: OwnParts['append'],
  row: CaseRow,
  at: TimeUs,
): Promise<void> {
  const reason = 'insufficient_info'
  await changeCase(work, row, {
    state: 'closed',
    at,
    prior_state: null,
    answer_by: null,
    closing: { reason, text: null },
  })
  await append(work, row.id, {
    kind: 'moved',
    actor: 'system',
    at,
    visibility: 'public',
    data: { from: row.state, to: 'closed', reason },
  })
}

async function remind(
  work: UnitOfWork,
  append: OwnParts['append'],
  row: CaseRow,
  at: TimeUs,
): Promise<void> {
  work.tell({ kind: 'case', subject: row.id })
  await work.query
    .updateTable('case')
    .set({ answer_by: null, changed_at: at })
    .where('id', '=', row.id)
    .execute()
  await append(work, row.id, {
    kind: 'deadline',
    actor: 'system',
    at,
    visibility: 'internal',
    data: {
      clock: 'outside',
      step: 'passed',
      ...(row.forwarded_to !== null && { outside: row.forwarded_to }),
    },
  })
}
