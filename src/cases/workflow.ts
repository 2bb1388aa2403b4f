import { Problem } from '../domain/problem.ts'
import { printable } from './printable.ts'
import type { CaseState, ClosingReason } from './views.ts'

/**
 * The moves people may make. `closed → assigned` opens a case again.
 *
 *   received ⇄ assigned ⇄ in_progress ──► done_reported ──► closed
 *       └───────────┴──────────┴── any open state ────────────┘
 *
 * Alarms make two moves of their own: a clear alarm takes a case without people to
 * `done_reported` from any open state, and an alarm that comes back undoes that step.
 */
export const moves = {
  received: ['assigned', 'in_progress', 'closed'],
  assigned: ['received', 'in_progress', 'done_reported', 'closed'],
  in_progress: ['assigned', 'done_reported', 'closed'],
  done_reported: ['in_progress', 'closed'],
  closed: ['assigned'],
} as const satisfies Record<CaseState, readonly CaseState[]>

/** Reasons that leave the fault as it is, so the public must be told why. */
const needsText = {
  fixed: false,
  self_recovered: false,
  no_fault_found: false,
  accepted_no_action: true,
  not_responsible: true,
} as const satisfies Record<ClosingReason, boolean>

/** What a closed case says about the alarms in it: labels for judging rules. */
export const outcomes = {
  fixed: 'real',
  self_recovered: 'real',
  no_fault_found: 'no_fault_found',
  accepted_no_action: null,
  not_responsible: null,
} as const satisfies Record<ClosingReason, 'real' | 'no_fault_found' | null>

/** At most this many characters are told to the public with a move. */
const MOVE_TEXT_MAX = 2_000

/** Reasons that claim the fault is gone, which a standing alarm denies. */
export const claimsGone = {
  fixed: true,
  self_recovered: true,
  no_fault_found: false,
  accepted_no_action: false,
  not_responsible: false,
} as const satisfies Record<ClosingReason, boolean>

/**
 * A text that begins so closes a case as gone although its alarm still stands. The rest of the
 * text, which must not be empty, is what the public is told.
 */
export const OVERRIDE_PREFIX = 'override:'

export interface Move {
  readonly to: CaseState
  readonly version: number
  readonly actor: string
  readonly reason?: ClosingReason
  readonly text?: string
}

/** A move that the table allows, with its text taken apart. */
export interface CheckedMove {
  readonly to: CaseState
  readonly reason: ClosingReason | null
  readonly text: string | null
  readonly override: boolean
}

/** Throws Problem conflict (stale version, or not in the table) or invalid (reason, text). */
export function checkMove(
  current: { readonly state: CaseState; readonly version: number },
  move: Move,
): CheckedMove {
  const allowed: readonly CaseState[] = moves[current.state]
  if (move.version !== current.version) {
    throw new Problem({
      kind: 'conflict',
      what: 'Somebody changed the case after you opened it.',
      where: 'version',
      next: 'Look at the case again and repeat the move if it still fits.',
      facts: { version: current.version, state: current.state, moves: allowed },
    })
  }
  if (!allowed.includes(move.to)) {
    throw new Problem({
      kind: 'conflict',
      what: `A case cannot go from ${current.state} to ${move.to}.`,
      where: 'to',
      next: `Choose one of: ${allowed.join(', ')}.`,
      facts: { version: current.version, state: current.state, moves: allowed },
    })
  }
  return { to: move.to, reason: checkReason(move), ...checkText(move) }
}

function checkReason({ to, reason }: Move): ClosingReason | null {
  if (to === 'closed' && reason === undefined) {
    throw new Problem({
      kind: 'invalid',
      what: 'A case is closed with a reason.',
      where: 'reason',
      next: `Choose one of: ${Object.keys(outcomes).join(', ')}.`,
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

function checkText(move: Move): Pick<CheckedMove, 'text' | 'override'> {
  const said = printable(move.text ?? '')
  const claims = move.reason !== undefined && claimsGone[move.reason]
  const override = claims && said.startsWith(OVERRIDE_PREFIX)
  const text = override ? said.slice(OVERRIDE_PREFIX.length).trim() : said
  if (text.length > MOVE_TEXT_MAX) {
    throw new Problem({
      kind: 'invalid',
      what: `The text has ${text.length} characters; at most ${MOVE_TEXT_MAX} are kept.`,
      where: 'text',
      next: 'Shorten it.',
    })
  }
  const mandatory = override || (move.reason !== undefined && needsText[move.reason])
  if (mandatory && text === '') {
    throw new Problem({
      kind: 'invalid',
      what: 'The public must be told why.',
      where: 'text',
      why: 'The fault is left as it is, or the sensor disagrees.',
      next: 'Write a sentence that the people who reported it will understand.',
    })
  }
  return { text: text === '' ? null : text, override }
}
