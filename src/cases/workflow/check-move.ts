import { Problem } from '../../domain/problem.ts'
import type { TimeUs } from '../../domain/time.ts'
import type { CaseMove } from '../cases.ts'
import { printable } from '../printable.ts'
import { checkNoIdentityNumber } from '../public-words.ts'
import { isStaff, speaksToStaff } from '../roles.ts'
import type { CaseState, ClosingReason } from '../views.ts'
import { reasons, reasonsFor } from './reasons.ts'
import { allowedMoves, moves, type Need, type Standing } from './table.ts'

/** At most this many characters are told to the public with a move. */
export const MOVE_TEXT_MAX = 2_000
/** Longest name of somebody outside, and longest reference there. */
const OUTSIDE_MAX = 200

/**
 * A text that begins so closes a case as gone although its alarm still stands. The rest of the
 * text, which must not be empty, is what the public is told.
 */
export const OVERRIDE_PREFIX = 'override:'

/** A move that the tables allow, with its text taken apart. */
export interface CheckedMove {
  readonly to: CaseState
  readonly reason: ClosingReason | null
  /** What the public is told with it. */
  readonly text: string | null
  /** What stays among staff: a contractor's words. */
  readonly aside: string | null
  readonly override: boolean
  readonly at: TimeUs | null
  readonly outside: string | null
  readonly reference: string | null
  readonly target: string | null
}

/** Throws Problem conflict (stale version, or not in the table) or invalid (what it lacks). */
export function checkMove(
  current: Standing & { readonly version: number },
  move: CaseMove,
): CheckedMove {
  checkVersion(current, move)
  const step = moves[current.state][move.to]
  const allowed = allowedMoves(current, move.by.role)
  if (step === undefined || !allowed.includes(move.to)) {
    throw new Problem({
      kind: 'conflict',
      what: `A case cannot go from ${current.state} to ${move.to} here.`,
      where: 'to',
      next:
        allowed.length === 0
          ? 'Nothing is open to you.'
          : `Choose one of: ${allowed.join(', ')}.`,
      facts: facts(current, move),
    })
  }
  // What comes out of hiding is as closed as it was.
  const reason = current.state === 'hidden' ? null : checkReason(move)
  const { text, override } = checkText(move, reason)
  const checked = {
    to: move.to,
    reason,
    text,
    override,
    at: move.at ?? null,
    outside: short(move.outside, 'outside'),
    reference: short(move.reference, 'reference'),
    target: move.target ?? null,
  }
  const needs = [...step.needs, ...(reason === null ? [] : reasons[reason].needs)]
  for (const need of needs) checkNeed(need, checked)
  if (reason === 'duplicate') checkSame(checked)
  return speaksToStaff(move.by)
    ? { ...checked, text: null, aside: text }
    : { ...checked, aside: null }
}

/** Throws Problem conflict unless the asker saw the case as it is. */
export function checkVersion(
  current: Standing & { readonly version: number },
  asked: Pick<CaseMove, 'version' | 'by'>,
): void {
  if (asked.version === current.version) return
  throw new Problem({
    kind: 'conflict',
    what: 'Somebody changed the case after you opened it.',
    where: 'version',
    next: 'Look at the case again and repeat the move if it still fits.',
    facts: facts(current, asked),
  })
}

function facts(
  current: Standing & { readonly version: number },
  { by }: Pick<CaseMove, 'by'>,
) {
  return {
    version: current.version,
    state: current.state,
    moves: allowedMoves(current, by.role),
  }
}

function checkReason({ to, reason, by }: CaseMove): ClosingReason | null {
  const may = reasonsFor(by.role)
  if (to === 'closed' && (reason === undefined || !may.includes(reason))) {
    throw new Problem({
      kind: 'invalid',
      what: 'A case is closed with a reason.',
      where: 'reason',
      next: `Choose one of: ${may.join(', ')}.`,
    })
  }
  if (to !== 'closed' && reason !== undefined) {
    throw new Problem({
      kind: 'invalid',
      what: 'Only closing takes a reason.',
      where: 'reason',
      next: 'Leave the reason out.',
    })
  }
  return reason ?? null
}

function checkText(
  move: CaseMove,
  reason: ClosingReason | null,
): Pick<CheckedMove, 'text' | 'override'> {
  const said = printable(move.text ?? '')
  const override =
    reason !== null && reasons[reason].claimsGone && said.startsWith(OVERRIDE_PREFIX)
  const text = override ? said.slice(OVERRIDE_PREFIX.length).trim() : said
  checkLength(text, 'text', MOVE_TEXT_MAX)
  if (override && text === '') throw untold()
  // What partners said and timers do must not stop; what staff writes can still be written anew.
  if (isStaff(move.by.role) && !speaksToStaff(move.by)) checkNoIdentityNumber(text, 'text')
  return { text: text === '' ? null : text, override }
}

function short(text: string | undefined, where: string): string | null {
  const said = printable(text ?? '')
  checkLength(said, where, OUTSIDE_MAX)
  return said === '' ? null : said
}

/** Throws Problem invalid for a text that is too long. */
export function checkLength(text: string, where: string, max: number): void {
  if (text.length <= max) return
  throw new Problem({
    kind: 'invalid',
    what: `The text has ${text.length} characters; at most ${max} are kept.`,
    where,
    next: 'Shorten it.',
  })
}

function checkNeed(need: Need | 'target', checked: Omit<CheckedMove, 'aside'>): void {
  switch (need) {
    case 'reason':
      return
    case 'text':
      if (checked.text === null) throw untold()
      return
    case 'time':
      if (checked.at === null)
        throw lacks('at', 'This move needs a day.', dayNeeded(checked))
      return
    case 'outside':
      if (checked.outside !== null) return
      throw lacks(
        'outside',
        'It must be said who has it now.',
        'Name the organisation that is responsible.',
      )
    case 'target':
      if (checked.target !== null) return
      throw lacks(
        'target',
        'A duplicate is the same as another case.',
        'Name the case that it is the same as.',
      )
  }
}

/** What goes into another case goes to nobody outside: a name given for that would be kept nowhere. */
function checkSame({ outside, reference }: Omit<CheckedMove, 'aside'>): void {
  if (outside === null && reference === null) return
  throw new Problem({
    kind: 'invalid',
    what: 'A duplicate is handed to nobody outside.',
    where: outside === null ? 'reference' : 'outside',
    next: 'Leave it out, or write it into the text.',
  })
}

function dayNeeded({ to }: Pick<CheckedMove, 'to'>): string {
  return to === 'planned'
    ? 'Say when the work is planned.'
    : 'Say until when an answer is waited for.'
}

function lacks(where: string, what: string, next: string): Problem {
  return new Problem({ kind: 'invalid', what, where, next })
}

function untold(): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'Somebody must be told why.',
    where: 'text',
    why: 'The fault is left as it is, the sensor disagrees, or somebody has to go on with it.',
    next: 'Write a sentence that those concerned will understand.',
  })
}
