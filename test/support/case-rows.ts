import type { Tables } from '../../src/database/tables.ts'
import { timeUs } from '../../src/domain/time.ts'
import { north } from './database.ts'

/** A row of `case`, open since the beginning of time with nothing special about it, but for what is said. */
export function plainCase(
  own: Partial<Tables['case']> & { readonly id: string },
): Tables['case'] {
  const opened = own.opened_at ?? timeUs(0)
  return {
    organisation: north,
    number: own.id,
    kind: 'single',
    state: 'received',
    closing_reason: null,
    closing_text: null,
    category: 'litter',
    join_class: 'litter',
    asset: null,
    lat: null,
    lon: null,
    unit: null,
    verify: 0,
    version: 1,
    opened_at: opened,
    changed_at: opened,
    closed_at: null,
    recurrence_of: null,
    search: '',
    matter: 'fault',
    priority: 'normal',
    assignee: null,
    contractor: null,
    root: own.id,
    prior_state: null,
    address: null,
    private: 0,
    border: 0,
    planned_for: null,
    answer_by: null,
    forwarded_to: null,
    forwarded_reference: null,
    policy: null,
    due_at: null,
    ...own,
  }
}

/** A row of `report` from the web, with nothing special about it, but for what is said. */
export function plainReport(
  own: Partial<Tables['report']> & { readonly id: string; readonly case: string },
): Tables['report'] {
  return {
    organisation: north,
    source: 'web',
    category: 'litter',
    asset: null,
    lat: null,
    lon: null,
    occurrence: null,
    language: 'sv',
    received_at: timeUs(0),
    count: 1,
    idempotency_key: null,
    source_detail: null,
    matter: 'fault',
    answers: '{}',
    address: null,
    ...own,
  }
}
