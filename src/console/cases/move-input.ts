import type { CaseState, ClosingReason } from '../../cases/views.ts'
import type { CaseMove } from '../api/case-commands.ts'
import type { TemplateMoment } from '../api/case-queries.ts'
import type { RefusalDetails } from '../api/refusal.ts'

/** In the order of the list to choose from. A duplicate is merged into the other case instead. */
export const closingReasons: readonly ClosingReason[] = [
  'fixed',
  'self_recovered',
  'no_fault_found',
  'accepted_no_action',
  'in_programme',
  'not_responsible',
  'cannot_locate',
  'insufficient_info',
  'opinion_answered',
  'withdrawn',
  'expired',
]

/** What was written into the dialog. */
export interface MoveInput {
  readonly reason: ClosingReason | undefined
  readonly text: string
  /** The person says that the fault is gone although the alarm stands. */
  readonly override: boolean
  /** `2026-11-20`, or nothing. */
  readonly day?: string
  /** Who has it outside, and what they call it. */
  readonly outside?: string
  readonly reference?: string
}

/** The step that is asked for. */
export interface Step {
  readonly from: CaseState
  readonly to: CaseState
}

const explained: ReadonlySet<ClosingReason | undefined> = new Set([
  'accepted_no_action',
  'in_programme',
  'not_responsible',
  'opinion_answered',
])

/** Must somebody be told why? The service decides; this says so before it is asked. */
export function needsText({ reason, override }: MoveInput, step?: Step): boolean {
  return override || explained.has(reason) || (step !== undefined && stepNeedsText(step))
}

/** What is asked, sent back, opened again, answered or hidden needs words. */
function stepNeedsText({ from, to }: Step): boolean {
  if (from === 'hidden') return false
  if (to === 'waiting_reporter' || to === 'hidden') return true
  if (from === 'done_reported') return to === 'in_progress'
  return (
    (from === 'closed' && to === 'assigned') ||
    (from === 'reopen_requested' && to === 'closed')
  )
}

/** `must`: a day has to be named; `may`: it can be. */
export function needsDay({ from, to }: Step): 'must' | 'may' | 'no' {
  if (from === 'hidden') return 'no'
  if (to === 'planned' || to === 'waiting_reporter') return 'must'
  return to === 'waiting_external' ? 'may' : 'no'
}

/** Must it be said who has it outside? */
export function needsOutside({ reason }: MoveInput, { from, to }: Step): boolean {
  return from !== 'hidden' && (to === 'waiting_external' || reason === 'not_responsible')
}

/** Are its words for staff alone? What is hidden, and what comes out of hiding, is told to nobody outside. */
export function staysInside({ from, to }: Step): boolean {
  return from === 'hidden' || to === 'hidden'
}

/** For which moment ready texts are looked for. */
export function momentOf({ to }: Step, { reason }: MoveInput): TemplateMoment {
  const closes = to === 'closed' && reason !== undefined
  return { state: to, ...(closes && { reason }) }
}

/** Can it be sent? */
export function isComplete(step: Step, input: MoveInput): boolean {
  const closes = step.to === 'closed' && step.from !== 'hidden'
  if (closes && input.reason === undefined) return false
  if (needsText(input, step) && input.text.trim() === '') return false
  if (needsDay(step) === 'must' && (input.day ?? '') === '') return false
  return !needsOutside(input, step) || (input.outside ?? '').trim() !== ''
}

/** The move as the service takes it; `prefix` is what it wants before the text of an override. */
export function moveOf(
  step: Step & { readonly version: number },
  input: MoveInput,
  prefix: string,
): CaseMove {
  const { from, to, version } = step
  const { reason, text, override, day = '' } = input
  const said = text.trim()
  const closing = to === 'closed' && from !== 'hidden'
  const full = closing && override ? `${prefix} ${said}` : said
  return {
    to,
    version,
    ...(closing && reason !== undefined && { reason }),
    ...(full !== '' && { text: full }),
    ...(needsDay(step) !== 'no' && day !== '' && { at: endOfDay(day) }),
    ...(needsOutside(input, step) && outsideOf(input)),
  }
}

function outsideOf({
  outside = '',
  reference = '',
}: MoveInput): Pick<CaseMove, 'outside' | 'reference'> {
  const called = reference.trim()
  return { outside: outside.trim(), ...(called !== '' && { reference: called }) }
}

/** A day lasts until it is over where the person sits. */
function endOfDay(day: string): string {
  return new Date(`${day}T23:59:00`).toISOString()
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
