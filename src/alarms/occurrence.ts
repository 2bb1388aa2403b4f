import type { CloseReason, LifeCycleEffect } from './events.ts'
import type { Happening } from './happening.ts'
import { occurrenceId } from './ids.ts'
import type { AlarmRow, OccurrenceRow } from './rows.ts'
import type { LifeCycleState } from './state.ts'

interface Cause {
  readonly alarm: AlarmRow
  /** Id of the transition. */
  readonly id: string
  readonly happening: Happening
  /** After the step. */
  readonly state: LifeCycleState
}

/**
 * The occurrence after a step's effects; `before` is the open or the last one. Undefined when there
 * was none and none is opened. Pure.
 */
export function occurrenceAfter(
  before: OccurrenceRow | undefined,
  cause: Cause,
  effects: readonly LifeCycleEffect[],
): OccurrenceRow | undefined {
  let row = before
  for (const effect of effects) {
    if (effect === 'open_occurrence') row = opened(cause)
    else if (row !== undefined)
      row = { ...row, ...columnsAfter[effect](row, cause.happening) }
  }
  const { level, open } = cause.state
  return row === undefined || !open || row.level >= level ? row : { ...row, level }
}

function opened({ alarm, id, happening, state }: Cause): OccurrenceRow {
  const { event } = happening
  return {
    organisation: alarm.organisation,
    id: occurrenceId(id),
    alarm: alarm.id,
    raised_at: happening.at,
    annunciated_at: null,
    ...unhandled,
    cleared_at: null,
    closed_at: null,
    close_reason: null,
    historical: 'historical' in event && event.historical ? 1 : 0,
    rule_version: happening.ruleVersion ?? 0,
    case: null,
    outcome: null,
    reopen_count: 0,
    activations: 1,
    annunciations: 0,
    level: state.level,
    chattering: 0,
    corrected: 0,
    late: happening.late === true ? 1 : 0,
  }
}

const unhandled = {
  acknowledged_at: null,
  acknowledged_by: null,
  confirmed_at: null,
  confirmed_by: null,
  reset_at: null,
  reset_by: null,
}

type Columns = (row: OccurrenceRow, happening: Happening) => Partial<OccurrenceRow>

const none: Columns = () => ({})
const closed =
  (reason: CloseReason): Columns =>
  (_row, { at }) => ({ closed_at: at, close_reason: reason })
const rising: Columns = ({ activations }) => ({
  cleared_at: null,
  ...unhandled,
  activations: activations + 1,
})

const columnsAfter: Readonly<Record<Exclude<LifeCycleEffect, 'open_occurrence'>, Columns>> =
  {
    reraise: rising,
    reopen_occurrence: (row, happening) => ({
      ...rising(row, happening),
      closed_at: null,
      close_reason: null,
      reopen_count: row.reopen_count + 1,
    }),
    acknowledge: (_row, { now, actor }) => ({
      acknowledged_at: now,
      acknowledged_by: actor,
    }),
    unacknowledge: () => unhandled,
    tell_worse: () => unhandled,
    confirm: (_row, { now, actor }) => ({ confirmed_at: now, confirmed_by: actor }),
    reset: (_row, { now, actor }) => ({ reset_at: now, reset_by: actor }),
    annunciate: ({ annunciated_at: first, annunciations }, { now }) => ({
      annunciated_at: first ?? now,
      annunciations: annunciations + 1,
    }),
    clear: (_row, { at }) => ({ cleared_at: at }),
    chatter: () => ({ chattering: 1 }),
    correct: () => ({ corrected: 1 }),
    close_cleared: closed('cleared'),
    close_acknowledged: closed('acknowledged'),
    close_confirmed: closed('confirmed'),
    close_reset: closed('reset'),
    close_withdrawn: closed('withdrawn'),
    close_settled: closed('settled'),
    // The case's id comes from the folder that opens it.
    open_case: none,
    clear_case: none,
    tell_raised: none,
    tell_better: none,
    tell_again: none,
    tell_acknowledged: none,
    tell_unacknowledged: none,
    tell_cleared: none,
    tell_closed: none,
    tell_gathered: none,
    tell_suppressed: none,
  }
