import type { Tables } from '../database/tables.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { timeUs, type TimeUs } from '../domain/time.ts'
import type { AlarmKey } from '../domain/transition.ts'
import { unknownRule } from './rule-facts.ts'
import { beforeFirstRaise, type LifeCycleState } from './state.ts'
import type { Suppression } from './suppression.ts'
import { isShelf } from './telling.ts'

/** How the state of the life-cycle stands in the tables of alarms. */

export type AlarmRow = Readonly<Tables['alarm']>
export type OccurrenceRow = Readonly<Tables['occurrence']>
export type TransitionRow = Readonly<Tables['transition']>
export type SuppressionRow = Readonly<Tables['alarm_suppression']>

/** The state of an alarm; `last` is its open or last occurrence. */
export function stateOf(
  alarm: AlarmRow,
  last: OccurrenceRow | undefined,
  suppression: readonly Suppression[],
): LifeCycleState {
  const open = alarm.occurrence !== null
  return {
    condition: alarm.condition,
    evidence: alarm.evidence_state,
    level: alarm.level,
    open,
    raise: alarm.raise,
    current: alarm.current === 1,
    told: alarm.told === 1,
    reached: alarm.reached === 1,
    acknowledged: alarm.acknowledged === 1,
    confirmed: alarm.confirmed === 1,
    latched: alarm.latched === 1,
    hasCase: open && typeof last?.case === 'string',
    cameBack: alarm.came_back === 1,
    reAlarms: alarm.re_alarms,
    chattering: alarm.chattering === 1,
    activations: timesOf(alarm.activations),
    suppression,
  }
}

function timesOf(json: string): readonly TimeUs[] {
  if (json === '[]') return []
  const times: unknown = JSON.parse(json)
  return Array.isArray(times) ? times.map((time) => timeUs(Number(time))) : []
}

/** The columns of `alarm` that follow from the state. */
export function stateColumns(state: LifeCycleState) {
  return {
    condition: state.condition,
    evidence_state: state.evidence,
    level: state.level,
    raise: state.raise,
    current: flag(state.current),
    told: flag(state.told),
    reached: flag(state.reached),
    acknowledged: flag(state.acknowledged),
    confirmed: flag(state.confirmed),
    latched: flag(state.latched),
    came_back: flag(state.cameBack),
    re_alarms: state.reAlarms,
    chattering: flag(state.chattering),
    activations: JSON.stringify(state.activations),
    suppressed: flag(state.suppression.length > 0),
    shelved: flag(state.suppression.some((reason) => isShelf(reason))),
  } satisfies Partial<AlarmRow>
}

export function flag(yes: boolean): 0 | 1 {
  return yes ? 1 : 0
}

/** The row of an alarm nobody heard of before. */
export function newAlarm(id: string, key: AlarmKey, at: TimeUs): AlarmRow {
  return {
    organisation: key.organisation,
    id,
    rule: key.rule,
    asset: key.asset,
    discriminator: key.discriminator,
    priority: unknownRule(key.rule).priority,
    fault_class: '',
    ...stateColumns(beforeFirstRaise),
    occurrence: null,
    last_change_at: at,
    last_position: '',
    raised_at: null,
    raised_by: null,
    last_occurrence: null,
  }
}

export function reasonOf({ kind, ref, until, by, reason }: SuppressionRow): Suppression {
  return { kind, ref, ...(until !== null && { until }), by, reason }
}

export function suppressionRow(
  { kind, ref, until, by, reason }: Suppression,
  at: { organisation: OrganisationId; alarm: string; since: TimeUs },
): SuppressionRow {
  return { ...at, kind, ref, until: until ?? null, by, reason }
}
