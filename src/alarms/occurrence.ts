import type { Happening } from './happening.ts'
import { occurrenceId } from './ids.ts'
import type { LifeCycleEffect } from './life-cycle.ts'
import type { AlarmRow, OccurrenceRow } from './rows.ts'

interface Cause {
  readonly alarm: AlarmRow
  /** Id of the transition. */
  readonly id: string
  readonly happening: Happening
}

/** The occurrence after a step's effects; undefined when none was open and none is opened. Pure. */
export function occurrenceAfter(
  before: OccurrenceRow | undefined,
  cause: Cause,
  effects: readonly LifeCycleEffect[],
): OccurrenceRow | undefined {
  let row = before
  for (const effect of effects) {
    if (effect === 'open_occurrence') row = opened(cause)
    else if (row !== undefined) row = { ...row, ...columnsAfter(effect, cause.happening) }
  }
  return row
}

function opened({ alarm, id, happening }: Cause): OccurrenceRow {
  const { event } = happening
  return {
    organisation: alarm.organisation,
    id: occurrenceId(id),
    alarm: alarm.id,
    raised_at: happening.at,
    annunciated_at: null,
    acknowledged_at: null,
    acknowledged_by: null,
    cleared_at: null,
    closed_at: null,
    close_reason: null,
    historical: 'historical' in event && event.historical ? 1 : 0,
    rule_version: happening.ruleVersion ?? 0,
    case: null,
    outcome: null,
  }
}

function columnsAfter(
  effect: Exclude<LifeCycleEffect, 'open_occurrence'>,
  { at, now, actor }: Happening,
): Partial<OccurrenceRow> {
  switch (effect) {
    case 'reraise':
      return { cleared_at: null, acknowledged_at: null, acknowledged_by: null }
    case 'acknowledge':
      return { acknowledged_at: now, acknowledged_by: actor }
    case 'annunciate':
      return { annunciated_at: now }
    case 'open_case':
      return {} // the case's id comes from the folder that opens it
    case 'clear':
      return { cleared_at: at }
    case 'close_cleared':
      return { closed_at: at, close_reason: 'cleared' }
    case 'close_acknowledged':
      return { closed_at: at, close_reason: 'acknowledged' }
    case 'close_withdrawn':
      return { closed_at: at, close_reason: 'withdrawn' }
  }
}
