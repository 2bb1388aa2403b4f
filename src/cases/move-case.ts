import type { UnitOfWork } from '../database/database.ts'
import { durationUs, HOUR, later, type TimeUs } from '../domain/time.ts'
import type { CaseRow } from './case-row.ts'
import { checkActing } from './acting.ts'
import { viewOf } from './case-views.ts'
import type { CaseCatalogue } from './catalogue.ts'
import type { CaseMove, Cases } from './cases.ts'
import { caseById, changeCase, checkOwn, type Change } from './change.ts'
import { lastMoveTo, type EventData } from './events.ts'
import { checkStanding } from './guards.ts'
import { releaseFaulty } from './group/release.ts'
import { checkReopening } from './join/find.ts'
import { mergeInto } from './merge/merge.ts'
import type { OwnParts } from './parts.ts'
import { checkUnwarned, warnedOf, type Warned } from './public-words.ts'
import { isStaff } from './roles.ts'
import { labelOccurrences } from './tree.ts'
import type { CaseState } from './views.ts'
import { checkMove, type CheckedMove } from './workflow/check-move.ts'
import { settled } from './workflow/table.ts'

/** Moves a case by hand, with everything that hangs on it in one transaction. */
export function moveCase(parts: OwnParts): Cases['move'] {
  return async (organisation, id, move) => {
    const catalogue = await parts.catalogue(organisation)
    const at = parts.clock.now()
    return await parts.database.write(organisation, 'normal', async (work) => {
      const row = await caseById(work.query, id)
      const { changed, warned } = await moveRow(work, parts, { row, move, at, catalogue })
      const view = await viewOf(work.query, catalogue, changed)
      return { ...view, ...warned }
    })
  }
}

/** The same within another one's transaction. */
export async function moveRow(
  work: UnitOfWork,
  parts: OwnParts,
  { row, move, at, catalogue }: Omit<Asked, 'checked'>,
): Promise<{ readonly changed: CaseRow; readonly warned: Warned }> {
  await checkActing(work, parts, move.by, row.id)
  checkOwn(row)
  const checked = checkMove({ ...row, priorState: row.prior_state }, move)
  const warned = warnedIn(row, checked, { move, catalogue })
  if (move.unlessWarned === true) checkUnwarned(warned)
  const asked = { row, checked, move, at, catalogue }
  const changed =
    checked.target === null || checked.reason !== 'duplicate'
      ? await step(work, parts, asked)
      : await intoOther(work, parts, { ...asked, into: checked.target })
  return { changed, warned }
}

/** What others hear of a person of the house is looked at; what timers and partners say goes on as it is. */
function warnedIn(
  row: CaseRow,
  { to, text }: CheckedMove,
  { move, catalogue }: Pick<Asked, 'move' | 'catalogue'>,
): Warned {
  if (text === null || staysInside(row, to) || !isStaff(move.by.role)) return {}
  return warnedOf(text, catalogue)
}

/** What is hidden, and what comes out of hiding, is told to nobody outside. */
function staysInside({ state }: CaseRow, to: CaseState): boolean {
  return to === 'hidden' || state === 'hidden'
}

interface Asked {
  readonly row: CaseRow
  readonly checked: CheckedMove
  readonly move: CaseMove
  readonly at: TimeUs
  readonly catalogue: CaseCatalogue
}

async function step(work: UnitOfWork, parts: OwnParts, asked: Asked): Promise<CaseRow> {
  const { row, checked, move, at, catalogue } = asked
  const { to, reason } = checked
  await checkStanding(work, parts, { row, checked, by: move.by, at, catalogue })
  if (settled.has(row.state) && !settled.has(to)) await checkReopening(work, row)
  const changed = await changeCase(work, row, {
    ...changeOf(row, checked, at),
    ...(await priorOf(work, row, to)),
  })
  const wasClosed = row.state === 'closed' || row.state === 'reopen_requested'
  if (to === 'closed' && reason !== null) await labelOccurrences(work, row.id, reason)
  else if (wasClosed && !settled.has(to)) await labelOccurrences(work, row.id, null)
  await tellMove(work, parts, asked)
  if (to === 'closed' && row.kind === 'group') {
    await releaseFaulty(work, parts, { row: changed, at, catalogue })
  }
  return changed
}

/** Tells of the move, and beside it what its words are among staff. */
async function tellMove(work: UnitOfWork, parts: OwnParts, asked: Asked): Promise<void> {
  const { row, checked, move, at } = asked
  const { to, aside } = checked
  await parts.append(work, row.id, {
    kind: 'moved',
    actor: move.by.name,
    at,
    visibility: staysInside(row, to) ? 'internal' : 'public',
    data: { from: row.state, to, ...said(checked) },
  })
  if (aside !== null) await sayBeside(work, parts, asked, { text: aside, to: 'internal' })
}

/**
 * Closes it as the same as another case, by merging. Its words are said first: afterwards those who
 * follow it hear of the other one, and these are for them alone.
 */
async function intoOther(
  work: UnitOfWork,
  parts: OwnParts,
  asked: Asked & { readonly into: string },
): Promise<CaseRow> {
  const { row, checked, move, at, into } = asked
  const { text, aside } = checked
  if (text !== null) await sayBeside(work, parts, asked, { text, to: 'public' })
  if (aside !== null) await sayBeside(work, parts, asked, { text: aside, to: 'internal' })
  return await mergeInto(work, parts, { row, into, at, actor: move.by.name })
}

async function sayBeside(
  work: UnitOfWork,
  { append }: OwnParts,
  { row, move, at }: Asked,
  { text, to }: { readonly text: string; readonly to: 'public' | 'internal' },
): Promise<void> {
  const by = { actor: move.by.name, at }
  await append(work, row.id, { kind: 'said', ...by, visibility: to, data: { text } })
}

/** Somebody outside who has it is asked again after so long, unless a day was named. */
const FOLLOW_UP = durationUs(14 * 24 * HOUR)

/** What a move writes beside the state. Pure. */
function changeOf(row: CaseRow, checked: CheckedMove, at: TimeUs): Change {
  const { to, reason, text } = checked
  return {
    state: to,
    at,
    prior_state: to === 'waiting_reporter' || to === 'hidden' ? row.state : null,
    answer_by: answerBy(row, checked, at),
    ...(to === 'planned' && { planned_for: checked.at ?? row.planned_for }),
    ...outsideOf(row, checked),
    ...(reason !== null && { closing: { reason, text } }),
  }
}

function answerBy(row: CaseRow, { to, at: until }: CheckedMove, at: TimeUs): TimeUs | null {
  if (to === 'waiting_reporter') return until ?? row.answer_by
  if (to === 'waiting_external') return until ?? row.answer_by ?? later(at, FOLLOW_UP)
  return to === 'hidden' ? row.answer_by : null
}

const atWork: ReadonlySet<CaseState> = new Set([
  'received',
  'assigned',
  'investigating',
  'planned',
  'in_progress',
])

function outsideOf(
  row: CaseRow,
  { to, outside, reference }: CheckedMove,
): Pick<Change, 'forwarded_to' | 'forwarded_reference'> {
  if (outside !== null) return { forwarded_to: outside, forwarded_reference: reference }
  const backHere = row.state === 'waiting_external' && atWork.has(to)
  return backHere ? { forwarded_to: null, forwarded_reference: null } : {}
}

function said({ reason, text, override, outside, reference, at }: CheckedMove): EventData {
  return {
    ...(reason !== null && { reason }),
    ...(text !== null && { text }),
    ...(override && { override }),
    ...(outside !== null && { outside }),
    ...(reference !== null && { reference }),
    ...(at !== null && { until: at }),
  }
}

/** What waited for its reporter when it was hidden waits on, and remembers from where. */
async function priorOf(
  work: UnitOfWork,
  row: CaseRow,
  to: CaseState,
): Promise<Partial<Change>> {
  if (row.state !== 'hidden' || to !== 'waiting_reporter') return {}
  const asked = await lastMoveTo(work.query, row.id, to)
  return { prior_state: asked?.data.from ?? 'received', answer_by: row.answer_by }
}
