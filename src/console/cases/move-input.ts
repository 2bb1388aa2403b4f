import type { CaseState, ClosingReason } from '../../cases/views.ts'
import type { CaseMove } from '../api/commands.ts'
import type { RefusalDetails } from '../api/refusal.ts'

/** In the order of the list to choose from. */
export const closingReasons: readonly ClosingReason[] = [
  'fixed',
  'self_recovered',
  'no_fault_found',
  'accepted_no_action',
  'not_responsible',
]

/** What was written into the dialog. */
export interface MoveInput {
  readonly reason: ClosingReason | undefined
  readonly text: string
  /** The person says that the fault is gone although the alarm stands. */
  readonly override: boolean
}

/** Must the public be told why? The service decides; this says so before it is asked. */
export function needsText({ reason, override }: MoveInput): boolean {
  return override || reason === 'accepted_no_action' || reason === 'not_responsible'
}

/** Can it be sent? */
export function isComplete(to: CaseState, input: MoveInput): boolean {
  if (to !== 'closed') return true
  return input.reason !== undefined && (!needsText(input) || input.text.trim() !== '')
}

/** The move as the service takes it; `prefix` is what it wants before the text of an override. */
export function moveOf(
  seen: { readonly to: CaseState; readonly version: number },
  { reason, text, override }: MoveInput,
  prefix: string,
): CaseMove {
  const said = text.trim()
  const closing = seen.to === 'closed'
  const full = closing && override ? `${prefix} ${said}` : said
  return {
    ...seen,
    ...(closing && reason !== undefined && { reason }),
    ...(full !== '' && { text: full }),
  }
}

/** What the service wants before the text when a case is closed against its alarm; undefined if that is not why. */
export function overrideOf({ facts }: RefusalDetails): string | undefined {
  const prefix = facts?.['override']
  return typeof prefix === 'string' ? prefix : undefined
}

/** The open case that has the fault already, if that is why. */
export function otherCaseOf({
  facts,
}: RefusalDetails): { readonly id: string; readonly number: string } | undefined {
  const [id, number] = [facts?.['case'], facts?.['number']]
  return typeof id === 'string' && typeof number === 'string' ? { id, number } : undefined
}
