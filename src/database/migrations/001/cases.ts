import type { TableMaker } from '../make-table.ts'

export async function makeCases(tables: TableMaker): Promise<void> {
  await tables.make('case', {
    columns: {
      organisation: 'text',
      id: 'text',
      number: 'text',
      kind: ['single', 'group', 'storm'],
      state: 'text',
      closing_reason: 'text?',
      closing_text: 'text?',
      category: 'text',
      join_class: 'text',
      asset: 'text?',
      lat: 'real?',
      lon: 'real?',
      unit: 'text?',
      verify: 'flag',
      version: 'whole',
      opened_at: 'whole',
      changed_at: 'whole',
      closed_at: 'whole?',
      recurrence_of: 'text?',
      search: 'text',
    },
    key: ['organisation', 'id'],
    references: { recurrence_of: 'case' },
    indexes: {
      one_open: {
        columns: ['organisation', 'asset', 'join_class'],
        unique: true,
        where: 'closed_at is null and asset is not null',
      },
      by_number: { columns: ['organisation', 'number'], unique: true },
      open: { columns: ['organisation', 'changed_at'], where: 'closed_at is null' },
      by_change: { columns: ['organisation', 'changed_at'] },
      by_asset: { columns: ['organisation', 'asset'], where: 'asset is not null' },
    },
  })
  await makeEvents(tables)
  await makeReports(tables)
  await makePeople(tables)
}

async function makeEvents(tables: TableMaker): Promise<void> {
  await tables.make('case_event', {
    columns: {
      organisation: 'text',
      id: 'text',
      case: 'text',
      sequence: 'whole',
      at: 'whole',
      kind: 'text',
      actor: 'text',
      visibility: ['public', 'internal'],
      data: 'text',
    },
    key: ['organisation', 'id'],
    references: { case: 'case' },
    indexes: {
      by_case: { columns: ['organisation', 'case', 'sequence'], unique: true },
    },
  })
  await tables.make('counter', {
    columns: { organisation: 'text', name: 'text', value: 'whole' },
    key: ['organisation', 'name'],
  })
}

async function makeReports(tables: TableMaker): Promise<void> {
  await tables.make('report', {
    columns: {
      organisation: 'text',
      id: 'text',
      case: 'text',
      source: 'text',
      category: 'text',
      asset: 'text?',
      lat: 'real?',
      lon: 'real?',
      occurrence: 'text?',
      language: 'text',
      received_at: 'whole',
      count: 'whole',
      idempotency_key: 'text?',
    },
    key: ['organisation', 'id'],
    references: { case: 'case' },
    indexes: {
      once: {
        columns: ['organisation', 'idempotency_key'],
        unique: true,
        where: 'idempotency_key is not null',
      },
      by_case: { columns: ['organisation', 'case', 'received_at'] },
      by_time: { columns: ['organisation', 'received_at'] },
    },
  })
}

async function makePeople(tables: TableMaker): Promise<void> {
  await tables.make('report_person', {
    columns: {
      organisation: 'text',
      report: 'text',
      name: 'text?',
      email: 'text?',
      phone: 'text?',
      text: 'text',
      erased_at: 'whole?',
    },
    key: ['organisation', 'report'],
    references: { report: 'report' },
  })
  await tables.make('subscriber', {
    columns: {
      organisation: 'text',
      id: 'text',
      case: 'text',
      report: 'text',
      language: 'text',
      wants_updates: 'flag',
      token_hash: 'text',
      created_at: 'whole',
    },
    key: ['organisation', 'id'],
    references: { case: 'case', report: 'report' },
    indexes: {
      by_token: { columns: ['token_hash'], unique: true },
      by_case: { columns: ['organisation', 'case'] },
    },
  })
}
