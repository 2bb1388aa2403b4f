import type { TableMaker } from './make-table.ts'

/** Acknowledgements that sources of alarms must be told of. */
export async function makeSourceAcknowledgements(tables: TableMaker): Promise<void> {
  await tables.make('source_acknowledgement', {
    columns: {
      organisation: 'text',
      id: 'text',
      device: 'text',
      point: 'text',
      occurrence: 'text',
      requested_at: 'whole',
      due_at: 'whole',
      tries: 'whole',
      done_at: 'whole?',
      error: 'text?',
    },
    key: ['organisation', 'id', 'device', 'point'],
    indexes: { due: { columns: ['organisation', 'due_at'], where: 'done_at is null' } },
  })
}
