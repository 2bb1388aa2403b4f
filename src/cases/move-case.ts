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
      await checkActing(work, parts, move.by, id)
      checkOwn(row)
      const standing = { ...row, priorState: row.prior_state }
      const checked = checkMove(standing, move)
      const warned = warnedIn(checked, { move, catalogue })
      if (move.unlessWarned === true) checkUnwarned(warned)
      const changed =
        checked.target === null || checked.reason !== 'duplicate'
          ? await step(work, parts, { row, checked, move, at, catalogue })
          : await mergeInto(work, parts, {
              row,
              into: checked.target,
              at,
              actor: move.by.name,
            })
      const view = await viewOf(work.query, catalogue, changed)
      return { ...view, ...warned }
    })
  }
}

/** What others hear of a person of the house is looked at; what timers and partners say goes on as it is. */
function warnedIn(
  { to, text }: CheckedMove,
  { move, catalogue }: Pick<Asked, 'move' | 'catalogue'>,
): Warned {
  if (text === null || to === 'hidden' || !isStaff(move.by.role)) return {}
  return warnedOf(text, catalogue)
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
async function tellMove(
  work: UnitOfWork,
  { append }: OwnParts,
  { row: { id, state }, checked, move, at }: Asked,
): Promise<void> {
  const { to, aside } = checked
  const actor = move.by.name
  await append(work, id, {
    kind: 'moved',
    actor,
    at,
    visibility: to === 'hidden' || state === 'hidden' ? 'internal' : 'public',
    data: { from: state, to, ...said(checked) },
  })
  if (aside === null) return
  const data = { text: aside }
  await append(work, id, { kind: 'said', actor, at, visibility: 'internal', data })
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
