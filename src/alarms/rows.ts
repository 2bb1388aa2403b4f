import type { Tables } from '../database/tables.ts'
import type { LifeCycleState, Standing } from './life-cycle.ts'

/** How the state of the life-cycle stands in the tables `alarm` and `occurrence`. */

export type AlarmRow = Readonly<Tables['alarm']>
export type OccurrenceRow = Readonly<Tables['occurrence']>
export type TransitionRow = Readonly<Tables['transition']>

/** The state of an alarm and its open occurrence. */
export function stateOf(
  alarm: AlarmRow,
  occurrence: OccurrenceRow | undefined,
): LifeCycleState {
  return {
    standing: occurrence === undefined ? 'normal' : standingOf(alarm, occurrence),
    evidence: alarm.evidence_state,
    raise: alarm.raise,
    hasCase: occurrence !== undefined && occurrence.case !== null,
  }
}

function standingOf(alarm: AlarmRow, occurrence: OccurrenceRow): Standing {
  if (alarm.condition === 'normal') return 'returned_unacknowledged'
  if (occurrence.annunciated_at === null) {
    return alarm.acknowledged === 1 ? 'unannounced_acknowledged' : 'unannounced'
  }
  return alarm.acknowledged === 1 ? 'acknowledged' : 'unacknowledged'
}

/** The columns of `alarm` that follow from the state. */
export function stateColumns(
  state: LifeCycleState,
): Pick<AlarmRow, 'condition' | 'acknowledged' | 'evidence_state' | 'raise'> {
  const { condition, acknowledged } = columnsOf[state.standing]
  return { condition, acknowledged, evidence_state: state.evidence, raise: state.raise }
}

const columnsOf: Readonly<Record<Standing, Pick<AlarmRow, 'condition' | 'acknowledged'>>> =
  {
    // Nothing is left to acknowledge; whether anybody did stands in the occurrence.
    normal: { condition: 'normal', acknowledged: 1 },
    unannounced: { condition: 'active', acknowledged: 0 },
    unannounced_acknowledged: { condition: 'active', acknowledged: 1 },
    unacknowledged: { condition: 'active', acknowledged: 0 },
    acknowledged: { condition: 'active', acknowledged: 1 },
    returned_unacknowledged: { condition: 'normal', acknowledged: 0 },
  }
