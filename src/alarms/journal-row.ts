import type { LifeCycleEffect, LifeCycleEvent } from './events.ts'
import type { Happening } from './happening.ts'
import type { Entry } from './ledger.ts'
import { flag, type TransitionRow } from './rows.ts'
import { standingOf } from './state.ts'
import { whichText } from './timers.ts'

/** The row of the journal for one step. Pure. */
export function journalRow(
  id: string,
  step: {
    readonly before: Entry
    readonly after: Entry
    readonly happening: Happening
    readonly effects: readonly LifeCycleEffect[]
  },
): TransitionRow {
  const { before, after, happening, effects } = step
  const { event } = happening
  const { state, alarm } = after
  const concerns = before.state.open || state.open || event.kind === 'corrected'
  return {
    organisation: alarm.organisation,
    id,
    alarm: alarm.id,
    occurrence: concerns ? (after.last?.id ?? null) : null,
    sequence: after.sequence,
    event: event.kind,
    from_state: standingOf(before.state),
    to_state: standingOf(state),
    at: happening.at,
    processed_at: happening.now,
    heard_at: happening.heardAt ?? null,
    actor: happening.actor,
    comment: happening.comment,
    historical: flag('historical' in event && event.historical),
    rule_version: happening.ruleVersion,
    evidence: happening.evidence,
    annunciated: flag(effects.includes('annunciate')),
    suppression: JSON.stringify(state.suppression),
    level: state.level,
    raise: state.raise,
    evidence_state: state.evidence,
    late: flag(happening.late === true),
    reason: happening.reason ?? reasonOf(event, effects),
  }
}

/** In a word for programs: how it closed, or which reason came or went. */
function reasonOf(
  event: LifeCycleEvent,
  effects: readonly LifeCycleEffect[],
): string | null {
  const close = effects.find((effect) => effect.startsWith('close_'))
  if (close !== undefined) return close
  if ('which' in event) return whichText(event.which)
  return 'reason' in event ? whichText(event.reason) : null
}
