import type { Tables } from '../../src/database/tables.ts'
import { timeUs } from '../../src/domain/time.ts'
import { north } from './database.ts'

const noon = timeUs(1_795_176_000_000_000)

/** A row of `alarm` that nothing has happened to, but for what is said. */
export function plainAlarm(own: Partial<Tables['alarm']>): Tables['alarm'] {
  return {
    organisation: north,
    id: 'a1',
    rule: 'dark',
    asset: 'lamp-1',
    discriminator: '',
    priority: 3,
    condition: 'normal',
    evidence_state: 'good',
    acknowledged: 1,
    occurrence: null,
    raise: 0,
    last_change_at: noon,
    last_position: '',
    fault_class: 'light_out',
    level: 1,
    confirmed: 0,
    latched: 0,
    current: 0,
    told: 0,
    reached: 0,
    came_back: 0,
    re_alarms: 0,
    chattering: 0,
    activations: '[]',
    suppressed: 0,
    shelved: 0,
    raised_at: null,
    raised_by: null,
    last_occurrence: null,
    ...own,
  }
}

/** A row of `occurrence` that just opened, but for what is said. */
export function plainOccurrence(own: Partial<Tables['occurrence']>): Tables['occurrence'] {
  return {
    organisation: north,
    id: 'o1',
    alarm: 'a1',
    raised_at: noon,
    annunciated_at: null,
    acknowledged_at: null,
    acknowledged_by: null,
    cleared_at: null,
    closed_at: null,
    close_reason: null,
    historical: 0,
    rule_version: 1,
    case: null,
    outcome: null,
    confirmed_at: null,
    confirmed_by: null,
    reset_at: null,
    reset_by: null,
    reopen_count: 0,
    activations: 1,
    annunciations: 0,
    level: 1,
    chattering: 0,
    corrected: 0,
    late: 0,
    ...own,
  }
}
