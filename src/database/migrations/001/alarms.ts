import type { TableMaker } from '../make-table.ts'

export async function makeAlarms(tables: TableMaker): Promise<void> {
  await tables.make('alarm', {
    columns: {
      organisation: 'text',
      id: 'text',
      rule: 'text',
      asset: 'text',
      discriminator: 'text',
      priority: 'whole',
      condition: ['normal', 'active'],
      evidence_state: ['good', 'lost'],
      acknowledged: 'flag',
      occurrence: 'text?',
      raise: 'whole',
      last_change_at: 'whole',
      last_position: 'text',
    },
    key: ['organisation', 'id'],
    indexes: {
      one_per_key: {
        columns: ['organisation', 'rule', 'asset', 'discriminator'],
        unique: true,
      },
      open: {
        columns: ['organisation', 'priority', 'last_change_at'],
        where: 'occurrence is not null',
      },
      by_asset: { columns: ['organisation', 'asset'] },
      by_change: { columns: ['organisation', 'last_change_at'] },
    },
  })
  await makeOccurrences(tables)
  await makeTransitions(tables)
  await tables.make('detector_state', {
    columns: {
      organisation: 'text',
      engine: 'text',
      configuration_version: 'whole',
      state: 'text',
    },
    key: ['organisation'],
  })
}

async function makeOccurrences(tables: TableMaker): Promise<void> {
  await tables.make('occurrence', {
    columns: {
      organisation: 'text',
      id: 'text',
      alarm: 'text',
      raised_at: 'whole',
      annunciated_at: 'whole?',
      acknowledged_at: 'whole?',
      acknowledged_by: 'text?',
      cleared_at: 'whole?',
      closed_at: 'whole?',
      close_reason: 'text?',
      historical: 'flag',
      rule_version: 'whole',
      case: 'text?',
      outcome: 'text?',
    },
    key: ['organisation', 'id'],
    references: { alarm: 'alarm' },
    indexes: {
      one_open: {
        columns: ['organisation', 'alarm'],
        unique: true,
        where: 'closed_at is null',
      },
      by_alarm: { columns: ['organisation', 'alarm', 'raised_at'] },
      by_time: { columns: ['organisation', 'raised_at'] },
      by_case: { columns: ['organisation', 'case'], where: '"case" is not null' },
    },
  })
}

async function makeTransitions(tables: TableMaker): Promise<void> {
  await tables.make('transition', {
    columns: {
      organisation: 'text',
      id: 'text',
      alarm: 'text',
      occurrence: 'text?',
      sequence: 'whole',
      event: 'text',
      from_state: 'text',
      to_state: 'text',
      at: 'whole',
      processed_at: 'whole',
      actor: 'text',
      comment: 'text?',
      historical: 'flag',
      rule_version: 'whole?',
      evidence: 'text',
    },
    key: ['organisation', 'id'],
    references: { alarm: 'alarm' },
    indexes: {
      by_alarm: { columns: ['organisation', 'alarm', 'sequence'] },
      by_occurrence: { columns: ['organisation', 'occurrence'] },
      by_time: { columns: ['organisation', 'at'] },
    },
  })
}
