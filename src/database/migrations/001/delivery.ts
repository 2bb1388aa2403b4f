import type { TableMaker } from '../make-table.ts'

export async function makeDelivery(tables: TableMaker): Promise<void> {
  await tables.make('feed', {
    columns: {
      organisation: 'text',
      number: 'whole',
      at: 'whole',
      kind: 'text',
      subject: 'text',
    },
    key: ['organisation', 'number'],
    indexes: { by_time: { columns: ['organisation', 'at'] } },
  })
  await tables.make('outbox', {
    columns: {
      organisation: 'text',
      id: 'text',
      kind: 'text',
      payload: 'text',
      due_at: 'whole',
      attempts: 'whole',
      leased_until: 'whole?',
      delivered_at: 'whole?',
      failed_at: 'whole?',
      error: 'text?',
    },
    key: ['organisation', 'id'],
    indexes: {
      due: {
        columns: ['due_at'],
        where: 'delivered_at is null and failed_at is null',
      },
      failed: {
        columns: ['organisation', 'failed_at'],
        where: 'failed_at is not null',
      },
    },
  })
  await tables.make('ingest_problem', {
    columns: {
      organisation: 'text',
      source: 'text',
      reason: 'text',
      count: 'whole',
      first_at: 'whole',
      last_at: 'whole',
      sample: 'text',
      detail: 'text',
    },
    key: ['organisation', 'source', 'reason'],
    indexes: { by_time: { columns: ['organisation', 'last_at'] } },
  })
}
