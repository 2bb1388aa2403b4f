import type { TableMaker } from './make-table.ts'

/** Who is called when, and what reached whom. */
export async function makeAnnunciation(tables: TableMaker): Promise<void> {
  await makeEscalation(tables)
  await makeLedger(tables)
  await makeHousekeeping(tables)
}

/** Who is being called, and which alarms are told together. */
async function makeEscalation(tables: TableMaker): Promise<void> {
  await tables.make('escalation', {
    columns: {
      organisation: 'text',
      desk: 'text',
      occurrence: 'text',
      group_key: 'text',
      alarm: 'text',
      phase: ['calling', 'acknowledged', 'suppressed', 'cleared', 'closed'],
      priority: 'whole',
      level: 'whole',
      raise: 'whole',
      edition: 'whole',
      step: 'whole',
      due_at: 'whole?',
      since: 'whole',
      open: 'flag',
      changed_at: 'whole',
    },
    key: ['organisation', 'desk', 'occurrence'],
    indexes: {
      by_group: { columns: ['organisation', 'desk', 'group_key'], where: 'open = 1' },
      by_occurrence: { columns: ['organisation', 'occurrence'] },
      done: { columns: ['organisation', 'changed_at'], where: 'open = 0' },
    },
  })
  await tables.make('telling_group', {
    columns: {
      organisation: 'text',
      desk: 'text',
      group_key: 'text',
      due_at: 'whole?',
      changed_at: 'whole',
    },
    key: ['organisation', 'desk', 'group_key'],
    indexes: {
      due: { columns: ['organisation', 'due_at'], where: 'due_at is not null' },
      idle: { columns: ['organisation', 'changed_at'], where: 'due_at is null' },
    },
  })
}

/** What each recipient was told. */
async function makeLedger(tables: TableMaker): Promise<void> {
  await tables.make('telling_line', {
    columns: {
      organisation: 'text',
      desk: 'text',
      group_key: 'text',
      recipient: 'text',
      sequence: 'whole',
      told_at: 'whole?',
    },
    key: ['organisation', 'desk', 'group_key', 'recipient'],
  })
  await tables.make('told', {
    columns: {
      organisation: 'text',
      desk: 'text',
      recipient: 'text',
      occurrence: 'text',
      wanted: 'flag',
      open: 'flag',
      edition: 'whole',
      telling: 'text',
      raise_told_at: 'whole?',
      clear_told_at: 'whole?',
    },
    key: ['organisation', 'desk', 'occurrence', 'recipient'],
  })
  await tables.make('telling', {
    columns: {
      organisation: 'text',
      id: 'text',
      desk: 'text',
      group_key: 'text',
      recipient: 'text',
      sequence: 'whole',
      kind: ['alarms', 'test', 'heartbeat'],
      at: 'whole',
      items: 'text',
      raised: 'whole',
      updated: 'whole',
      cleared: 'whole',
      reminded: 'whole',
      outbox: 'text',
    },
    key: ['organisation', 'id'],
    indexes: {
      by_desk: { columns: ['organisation', 'desk', 'at', 'id'] },
      by_time: { columns: ['organisation', 'at'] },
    },
  })
}

/** What is out of order, who works, and the sign of life. */
async function makeHousekeeping(tables: TableMaker): Promise<void> {
  await tables.make('channel_state', {
    columns: {
      organisation: 'text',
      channel: 'text',
      address: 'text',
      disabled_at: 'whole',
      reason: 'text',
    },
    key: ['organisation', 'channel'],
  })
  await tables.make('annunciator', {
    columns: { organisation: 'text', holder: 'text', token: 'whole', until: 'whole' },
    key: ['organisation'],
  })
  await tables.make('heartbeat', {
    columns: {
      organisation: 'text',
      desk: 'text',
      appended_at: 'whole?',
      seen_at: 'whole?',
      sent_at: 'whole?',
    },
    key: ['organisation', 'desk'],
  })
}
