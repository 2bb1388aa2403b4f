import type { TableMaker } from './make-table.ts'

/**
 * When what a transition speaks of was heard, why a desk took a step, and how often a timer has
 * failed.
 */
export async function makeAlarmLatency(tables: TableMaker): Promise<void> {
  await tables.grow('transition', { heard_at: { kind: 'whole?' } })
  await tables.grow('alarm_timer', { failures: { kind: 'whole', starts: 0 } })
  await tables.grow('escalation', { because: { kind: 'text', starts: 'waited' } })
  await tables.grow('told', {
    step: { kind: 'whole', starts: 0 },
    because: { kind: 'text', starts: 'waited' },
  })
  await tables.grow('telling', { because: { kind: 'text?' } })
}
