import type { TableMaker } from './make-table.ts'

/** Personal data under a key per case, found by blind index; retention and its ledger. */
export async function makePersonalData(tables: TableMaker): Promise<void> {
  await makeSealed(tables)
  await tables.make('released_text', {
    columns: {
      organisation: 'text',
      id: 'text',
      case: 'text',
      text: 'text?',
      at: 'whole',
      actor: 'text',
    },
    key: ['organisation', 'id'],
    references: { case: 'case' },
    indexes: { by_case: { columns: ['organisation', 'case'] } },
  })
  await tables.make('legal_hold', {
    columns: {
      organisation: 'text',
      id: 'text',
      case: 'text',
      reference: 'text',
      since: 'whole',
      actor: 'text',
      released_at: 'whole?',
      released_by: 'text?',
    },
    key: ['organisation', 'id'],
    references: { case: 'case' },
    indexes: {
      in_force: {
        columns: ['organisation', 'case'],
        unique: true,
        where: 'released_at is null',
      },
    },
  })
  await tables.make('erasure', {
    columns: {
      organisation: 'text',
      batch: 'text',
      rule: 'text',
      step: ['contacts', 'case', 'person'],
      count: 'whole',
      at: 'whole',
      actor: 'text',
    },
    key: ['organisation', 'batch', 'rule', 'step'],
    indexes: { by_time: { columns: ['organisation', 'at'] } },
  })
  await tables.addIndexes('case', {
    retention: {
      columns: ['organisation', 'closed_at', 'id'],
      where: 'closed_at is not null',
    },
  })
}

async function makeSealed(tables: TableMaker): Promise<void> {
  await tables.make('sealing_key', {
    columns: {
      organisation: 'text',
      case: 'text',
      wrapped: 'text?',
      contacts_erased_at: 'whole?',
      case_erased_at: 'whole?',
    },
    key: ['organisation', 'case'],
    references: { case: 'case' },
  })
  await tables.make('personal', {
    columns: {
      organisation: 'text',
      id: 'text',
      case: 'text',
      sealed: 'text?',
      kept_at: 'whole',
      contact_erased_at: 'whole?',
      erased_at: 'whole?',
    },
    key: ['organisation', 'id'],
    references: { case: 'case' },
    indexes: { by_case: { columns: ['organisation', 'case', 'id'] } },
  })
  await tables.make('personal_index', {
    columns: {
      organisation: 'text',
      kind: ['email', 'phone'],
      hash: 'text',
      id: 'text',
      case: 'text',
    },
    key: ['organisation', 'kind', 'hash', 'id'],
    references: { id: 'personal' },
    indexes: {
      by_id: { columns: ['organisation', 'id'] },
      by_case: { columns: ['organisation', 'case'] },
    },
  })
}
