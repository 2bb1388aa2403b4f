import type { TableMaker } from './make-table.ts'

/** Shelves, suppression, timers and the marks of the full life-cycle. */
export async function makeAlarmLifeCycle(tables: TableMaker): Promise<void> {
  await growAlarms(tables)
  await growOccurrences(tables)
  await growTransitions(tables)
  await fillFromHistory(tables)
  await tables.make('alarm_suppression', {
    columns: {
      organisation: 'text',
      alarm: 'text',
      kind: [
        'shelved',
        'shelvedOnce',
        'design',
        'topology',
        'maintenance',
        'outOfService',
        'held',
        'flood',
      ],
      ref: 'text',
      until: 'whole?',
      by: 'text',
      reason: 'text',
      since: 'whole',
    },
    key: ['organisation', 'alarm', 'kind', 'ref'],
    indexes: { by_cause: { columns: ['organisation', 'kind', 'ref', 'alarm'] } },
  })
  await tables.make('alarm_timer', {
    columns: {
      organisation: 'text',
      id: 'text',
      /** Empty for a timer of no single alarm. */
      alarm: 'text',
      kind: ['until', 're_alarm', 'quiet', 'release', 'source'],
      ref: 'text',
      due: 'whole',
    },
    key: ['organisation', 'id'],
    indexes: {
      by_due: { columns: ['due'] },
      by_alarm: { columns: ['organisation', 'alarm'] },
    },
  })
  await tables.make('maintenance_window', {
    columns: {
      organisation: 'text',
      id: 'text',
      scope: 'text',
      from_at: 'whole',
      to_at: 'whole',
      by: 'text',
      reason: 'text',
      created_at: 'whole',
      ended_at: 'whole?',
      ended_by: 'text?',
    },
    key: ['organisation', 'id'],
    indexes: { by_end: { columns: ['organisation', 'to_at'] } },
  })
}

async function growAlarms(tables: TableMaker): Promise<void> {
  await tables.grow('alarm', {
    fault_class: { kind: 'text', starts: '' },
    level: { kind: 'whole', starts: 1 },
    confirmed: { kind: 'flag', starts: 0 },
    latched: { kind: 'flag', starts: 0 },
    current: { kind: 'flag', starts: 0 },
    told: { kind: 'flag', starts: 0 },
    reached: { kind: 'flag', starts: 0 },
    came_back: { kind: 'flag', starts: 0 },
    re_alarms: { kind: 'whole', starts: 0 },
    chattering: { kind: 'flag', starts: 0 },
    activations: { kind: 'text', starts: '[]' },
    suppressed: { kind: 'flag', starts: 0 },
    shelved: { kind: 'flag', starts: 0 },
    /** Of the current or last raise: when, and the row of the journal with its evidence. */
    raised_at: { kind: 'whole?' },
    raised_by: { kind: 'text?' },
    last_occurrence: { kind: 'text?' },
  })
  await tables.addIndexes('alarm', {
    active_by_class: {
      columns: ['organisation', 'asset', 'fault_class'],
      where: "condition = 'active'",
    },
  })
}

async function growOccurrences(tables: TableMaker): Promise<void> {
  await tables.grow('occurrence', {
    confirmed_at: { kind: 'whole?' },
    confirmed_by: { kind: 'text?' },
    reset_at: { kind: 'whole?' },
    reset_by: { kind: 'text?' },
    reopen_count: { kind: 'whole', starts: 0 },
    /** How often it rose, and how often people were told. */
    activations: { kind: 'whole', starts: 1 },
    annunciations: { kind: 'whole', starts: 0 },
    /** The highest it reached. */
    level: { kind: 'whole', starts: 1 },
    chattering: { kind: 'flag', starts: 0 },
    corrected: { kind: 'flag', starts: 0 },
    late: { kind: 'flag', starts: 0 },
  })
}

async function growTransitions(tables: TableMaker): Promise<void> {
  await tables.grow('transition', {
    annunciated: { kind: 'flag', starts: 0 },
    suppression: { kind: 'text', starts: '[]' },
    level: { kind: 'whole', starts: 1 },
    raise: { kind: 'whole', starts: 0 },
    evidence_state: { kind: 'text', starts: 'good' },
    late: { kind: 'flag', starts: 0 },
    reason: { kind: 'text?' },
  })
  await tables.addIndexes('transition', {
    annunciated: {
      columns: ['organisation', 'processed_at'],
      where: 'annunciated = 1',
    },
  })
}

/** What 0.1.0 knew in other columns. */
async function fillFromHistory(tables: TableMaker): Promise<void> {
  await tables.fill(`update transition set annunciated = 1
    where historical = 0 and event in ('raised', 'announced')
    and from_state <> to_state and to_state in ('unacknowledged', 'acknowledged')`)
  await tables.fill(`update occurrence set annunciations = 1
    where annunciated_at is not null`)
  await tables.fill(`update alarm set
    raised_by = (select t.id from transition t
      where t.organisation = alarm.organisation and t.alarm = alarm.id
      and t.event in ('raised', 'announced') and t.occurrence is not null
      and t.from_state in ('normal', 'returned_unacknowledged')
      order by t.sequence desc limit 1),
    last_occurrence = (select o.id from occurrence o
      where o.organisation = alarm.organisation and o.alarm = alarm.id
      order by o.raised_at desc, o.id desc limit 1)`)
  await tables.fill(`update alarm set raised_at = (select t.at from transition t
    where t.organisation = alarm.organisation and t.id = alarm.raised_by)`)
  const told = `exists (select 1 from occurrence o
    where o.organisation = alarm.organisation and o.id = alarm.occurrence
    and o.annunciated_at is not null)`
  await tables.fill(`update alarm set reached = 1, "current" = 1 where ${told}`)
  await tables.fill(`update alarm set told = 1 where reached = 1 and condition = 'active'`)
}
